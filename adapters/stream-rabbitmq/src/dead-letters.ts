import type { Clock } from '@aegis/model';
import type { DeadLetter } from '@aegis/ports';
import type { Channel, GetMessage } from 'amqplib';
import type { RabbitMqConnection } from './rabbitmq-connection.ts';

/** Letters that are looked through, oldest first: bounds the cost of looking. */
const MOST_READ = 10_000;

/** The dead letters of a group, in a queue of their own. Looking through them holds them for a moment. */
export class DeadLetters {
  readonly #connection: RabbitMqConnection;
  readonly #queue: string;
  readonly #clock: Clock;

  constructor(connection: RabbitMqConnection, queue: string, clock: Clock) {
    this.#connection = connection;
    this.#queue = queue;
    this.#clock = clock;
  }

  async add({ id, payload, reason, attempt, at }: DeadLetter): Promise<void> {
    const channel = await this.#connection.confirmChannel();
    await this.#connection.guard(async () => {
      const headers = { reason, attempt, at };
      channel.sendToQueue(this.#queue, Buffer.from(payload), { persistent: true, messageId: id, headers });
      await channel.waitForConfirms();
      await channel.close();
    });
  }

  /** One that was buried twice, by a process that died in between, is told once, as it was buried first. */
  async list({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: string;
  }): Promise<readonly DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    await this.#look((message) => {
      const letter = this.#letterOf(message);
      if (!letters.has(letter.id)) letters.set(letter.id, letter);
      return 'keep';
    });
    const all = [...letters.values()];
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    return all.slice(from, from + limit);
  }

  async discard(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const unwanted = new Set(ids);
    await this.#look((message) => (unwanted.has(this.#letterOf(message).id) ? 'drop' : 'keep'));
  }

  async count(): Promise<number> {
    const channel = await this.#connection.channel();
    return this.#connection.guard(async () => {
      const { messageCount } = await channel.checkQueue(this.#queue);
      await channel.close();
      return messageCount;
    });
  }

  /** Takes each and, what is kept, gives it back to its place when the channel ends. */
  async #look(visit: (message: GetMessage) => 'keep' | 'drop'): Promise<void> {
    const channel = await this.#connection.channel();
    await this.#connection.guard(async () => {
      for (let read = 0; read < MOST_READ; read++) {
        const message = await channel.get(this.#queue);
        if (message === false) break;
        if (visit(message) === 'drop') channel.ack(message);
      }
      await this.#settled(channel);
    });
  }

  async #settled(channel: Channel): Promise<void> {
    channel.nackAll(true);
    await channel.checkQueue(this.#queue);
    await channel.close();
  }

  #letterOf({ properties, content }: GetMessage): DeadLetter {
    const { reason, attempt, at } = (properties.headers ?? {}) as Partial<DeadLetter>;
    return {
      id: String(properties.messageId),
      payload: content.toString(),
      reason: String(reason ?? ''),
      attempt: Number(attempt ?? 1),
      at: Number(at ?? this.#clock.now()),
    };
  }
}
