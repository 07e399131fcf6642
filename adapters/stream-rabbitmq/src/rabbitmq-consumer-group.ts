import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@aegis/model';
import type {
  ConsumerGroup,
  DeadLetter,
  Delivery,
  GroupStats,
  ReadOptions,
  ReclaimOptions,
} from '@aegis/ports';
import type { Channel, ConsumeMessage } from 'amqplib';
import { DeadLetters } from './dead-letters.ts';
import type { RabbitMqConnection } from './rabbitmq-connection.ts';
import { deadQueueOf, queueOf, type Topology } from './topology.ts';

interface GroupOptions {
  readonly connection: RabbitMqConnection;
  readonly topology: Topology;
  readonly name: string;
  readonly clock: Clock;
}

/** A message that this process holds. */
interface Held {
  readonly message: ConsumeMessage;
  readonly delivery: Delivery;
  readonly consumer: string;
  /** On the monotonic clock, ms. */
  readonly since: number;
}

/**
 * Messages are held by the channel on which they came: RabbitMQ gives them to others when it ends. Idle times are
 * therefore of this process alone.
 */
export class RabbitMqConsumerGroup implements ConsumerGroup {
  readonly #connection: RabbitMqConnection;
  readonly #queue: string;
  readonly #clock: Clock;
  readonly #dead: DeadLetters;
  readonly #held = new Map<string, Held>();
  readonly #ended = new AbortController();
  #opening: Promise<Channel> | undefined;

  constructor({ connection, topology, name, clock }: GroupOptions) {
    this.#connection = connection;
    this.#queue = queueOf(topology, name);
    this.#clock = clock;
    this.#dead = new DeadLetters(connection, deadQueueOf(topology, name), clock);
  }

  /** How many this process holds. */
  get pending(): number {
    return this.#held.size;
  }

  /** Whoever reads gets nothing more. */
  end(): void {
    this.#ended.abort();
  }

  async read(consumer: string, { count, blockMs, signal }: ReadOptions): Promise<readonly Delivery[]> {
    const stop = AbortSignal.any([this.#ended.signal, ...(signal === undefined ? [] : [signal])]);
    if (stop.aborted) return [];
    const channel = await this.#channel();
    const taken: Delivery[] = [];
    const some = Promise.withResolvers<void>();
    const { consumerTag } = await this.#connection.guard(async () => {
      // Together: at most `count` come until they are finished, and nobody else's reading is in between.
      const [, consuming] = await Promise.all([
        channel.prefetch(count),
        channel.consume(this.#queue, (message) => {
          if (message !== null) taken.push(this.#hold(message, consumer));
          some.resolve();
        }),
      ]);
      return consuming;
    });
    channel.once('close', some.resolve);
    const waiting = new AbortController();
    const patience = AbortSignal.any([stop, waiting.signal]);
    if (blockMs > 0)
      await Promise.race([
        some.promise,
        sleep(blockMs, undefined, { signal: patience }).catch(() => undefined),
      ]);
    waiting.abort();
    channel.off('close', some.resolve);
    // What the server sent before it says that the consumer is gone has come before that.
    if (!this.#ended.signal.aborted) await this.#connection.guard(() => channel.cancel(consumerTag));
    return taken;
  }

  async reclaim(consumer: string, { minIdleMs, count, from }: ReclaimOptions): Promise<readonly Delivery[]> {
    const now = this.#clock.monotonic();
    const idle = [...this.#held.values()].filter(
      (held) => now - held.since >= minIdleMs && (from === undefined || held.consumer === from),
    );
    return idle.slice(0, count).map(({ message, delivery }) => {
      const again = { ...delivery, attempt: delivery.attempt + 1 };
      this.#held.set(delivery.id, { message, delivery: again, consumer, since: now });
      return again;
    });
  }

  async ack(ids: readonly string[]): Promise<void> {
    const channel = await this.#channel();
    for (const id of ids) {
      const held = this.#held.get(id);
      if (held === undefined) continue;
      this.#held.delete(id);
      channel.ack(held.message);
    }
    // Acknowledgements are not answered: an answer to what was asked after them tells that they have come.
    await this.#connection.guard(() => channel.checkQueue(this.#queue));
  }

  async bury({ id, payload, attempt }: Delivery, reason: string): Promise<void> {
    if (!this.#held.has(id)) return;
    await this.#dead.add({ id, payload, attempt, reason, at: this.#clock.now() });
    await this.ack([id]);
  }

  buried(options: { readonly limit: number; readonly after?: string }): Promise<readonly DeadLetter[]> {
    return this.#dead.list(options);
  }

  discard(ids: readonly string[]): Promise<void> {
    return this.#dead.discard(ids);
  }

  async stats(): Promise<GroupStats> {
    const channel = await this.#channel();
    const { messageCount: waiting } = await this.#connection.guard(() => channel.checkQueue(this.#queue));
    return { waiting, pending: this.#held.size, buried: await this.#dead.count() };
  }

  #hold(message: ConsumeMessage, consumer: string): Delivery {
    const { messageId, headers } = message.properties;
    const id = typeof messageId === 'string' ? messageId : `delivery-${message.fields.deliveryTag}`;
    // A quorum queue counts; a classic one tells only that it was not the first time.
    const before = headers?.['x-delivery-count'] ?? Number(message.fields.redelivered);
    const delivery = { id, payload: message.content.toString(), attempt: 1 + Number(before) };
    this.#held.set(id, { message, delivery, consumer, since: this.#clock.monotonic() });
    return delivery;
  }

  #channel(): Promise<Channel> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<Channel> {
    try {
      const channel = await this.#connection.channel();
      channel.once('close', () => {
        this.#opening = undefined;
        // RabbitMQ gives them to others now.
        this.#held.clear();
      });
      return channel;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}
