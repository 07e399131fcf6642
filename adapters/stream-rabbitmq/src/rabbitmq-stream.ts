import { randomUUID } from 'node:crypto';
import { AegisError, type Clock } from '@aegis/model';
import type { ConsumerGroup, Stream } from '@aegis/ports';
import type { ConfirmChannel } from 'amqplib';
import { RabbitMqConnection, type RabbitMqServerOptions } from './rabbitmq-connection.ts';
import { RabbitMqConsumerGroup } from './rabbitmq-consumer-group.ts';
import { declareGroup, declareStream, type QueueType, queueOf, type Topology } from './topology.ts';

export interface RabbitMqStreamOptions extends RabbitMqServerOptions {
  /** Name of the exchange; queues are `<stream>.<group>`, that of the group `''` is `<stream>`. */
  readonly stream: string;
  readonly clock: Clock;
  /** Groups that are there before anything is appended; others get what is appended after they were made. */
  readonly groups: readonly string[];
  /** Default `quorum`. */
  readonly queueType?: QueueType;
  /** Messages that may wait in one group; past it `append` is `stream_full`. Default 1,000,000. */
  readonly maxLength?: number;
}

/**
 * A stream on RabbitMQ 3.10 or later; what its queues cannot promise is in ADR 38. Connects when it is first used
 * and again whenever that is needed: while RabbitMQ is away every call fails with `stream_unavailable`.
 */
export function openRabbitMqStream(options: RabbitMqStreamOptions): Stream {
  return new RabbitMqStream(options);
}

class RabbitMqStream implements Stream {
  readonly #options: RabbitMqStreamOptions;
  readonly #topology: Topology;
  readonly #connection: RabbitMqConnection;
  readonly #groups = new Map<string, RabbitMqConsumerGroup>();
  #publishing: Promise<ConfirmChannel> | undefined;

  constructor(options: RabbitMqStreamOptions) {
    const { stream, queueType = 'quorum', maxLength = 1_000_000 } = options;
    this.#options = options;
    this.#topology = { stream, queueType, maxLength };
    this.#connection = new RabbitMqConnection(options);
  }

  /** Not all or none: where it fails some may have been taken, and appending again appends those once more. */
  async append(payloads: readonly string[]): Promise<readonly string[]> {
    if (payloads.length === 0) return [];
    const ids = payloads.map(() => randomUUID());
    await this.#connection.guard(async () => {
      const channel = await this.#publisher();
      const { stream } = this.#topology;
      const lost = Promise.withResolvers<never>();
      const onClose = (): void => lost.reject(new Error('the connection was lost'));
      channel.once('close', onClose);
      try {
        const published = payloads.map((payload, i) => publish(channel, stream, ids[i] as string, payload));
        await Promise.race([Promise.all(published), lost.promise]);
      } finally {
        channel.off('close', onClose);
      }
    });
    return ids;
  }

  async group(name: string): Promise<ConsumerGroup> {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    await this.#connection.guard(async () => declareGroup(await this.#publisher(), this.#topology, name));
    const group = new RabbitMqConsumerGroup({
      connection: this.#connection,
      topology: this.#topology,
      name,
      clock: this.#options.clock,
    });
    // Of two who asked at once both get the first.
    const first = this.#groups.get(name) ?? group;
    this.#groups.set(name, first);
    return first;
  }

  /** Of the group that is furthest behind, as far as this process knows. */
  async length(): Promise<number> {
    const names = new Set([...this.#options.groups, ...this.#groups.keys()]);
    const channel = await this.#publisher();
    const lengths = await this.#connection.guard(() =>
      Promise.all(
        [...names].map(async (name) => {
          const { messageCount } = await channel.checkQueue(queueOf(this.#topology, name));
          return messageCount + (this.#groups.get(name)?.pending ?? 0);
        }),
      ),
    );
    return Math.max(0, ...lengths);
  }

  /** A queue keeps nothing that is finished. */
  async trim(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    for (const group of this.#groups.values()) group.end();
    await this.#connection.close();
  }

  #publisher(): Promise<ConfirmChannel> {
    this.#publishing ??= this.#openPublisher();
    return this.#publishing;
  }

  async #openPublisher(): Promise<ConfirmChannel> {
    try {
      const channel = await this.#connection.confirmChannel();
      channel.once('close', () => {
        this.#publishing = undefined;
      });
      await declareStream(channel, this.#topology);
      for (const name of this.#options.groups) await declareGroup(channel, this.#topology, name);
      return channel;
    } catch (error) {
      this.#publishing = undefined;
      throw error;
    }
  }
}

/** Resolves once the queues of all groups have it on disk. */
function publish(
  channel: ConfirmChannel,
  exchange: string,
  messageId: string,
  payload: string,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const options = { persistent: true, messageId, contentType: 'application/json' };
  channel.publish(exchange, '', Buffer.from(payload), options, (error: unknown) => {
    if (error === null || error === undefined) resolve();
    else
      reject(
        new AegisError(
          'stream_full',
          'a queue of RabbitMQ is full; it takes more once its consumers have finished some',
        ),
      );
  });
  return promise;
}
