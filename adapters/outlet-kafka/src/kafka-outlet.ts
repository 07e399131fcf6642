import { AegisError } from '@aegis/model';
import type { Outlet, OutletMessage } from '@aegis/ports';
import { Producer, stringSerializers } from '@platformatic/kafka';

export interface KafkaOutletOptions {
  /** Some of the cluster's brokers, `kafka-1:9092`; the others are asked for. */
  readonly brokers: readonly string[];
  readonly tls?: { readonly ca?: string };
  readonly username?: string;
  readonly password?: string;
  /** How long a connection or an answer may take, ms; default 10,000. */
  readonly timeoutMs?: number;
}

type StringProducer = Producer<string, string, string, string>;

/** Every replica in sync has it. */
const ALL = -1;
const RETRIES = 3;

/**
 * Topics of Kafka 3.5 or later by their names, made where the cluster makes topics by itself; the id of a message is its header
 * `id`. The producer is idempotent: what is sent again within one `publish` is there once.
 */
export function openKafkaOutlet(options: KafkaOutletOptions): Outlet {
  return new KafkaOutlet(options);
}

class KafkaOutlet implements Outlet {
  readonly #options: KafkaOutletOptions;
  #producer: StringProducer | undefined;
  /** One at a time: order holds, and a producer that failed is not in use when it is replaced. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: KafkaOutletOptions) {
    this.#options = options;
  }

  async publish(queue: string, messages: readonly OutletMessage[]): Promise<void> {
    const sending = this.#last.then(() => this.#send(queue, messages));
    this.#last = sending.catch(() => undefined);
    return sending;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#drop();
  }

  async #send(queue: string, messages: readonly OutletMessage[]): Promise<void> {
    if (this.#isClosed) throw new AegisError('outlet_unavailable', 'the outlet is closed');
    if (messages.length === 0) return;
    this.#producer ??= this.#open();
    try {
      await this.#producer.send({
        messages: messages.map(({ id, key, payload }) => ({
          topic: queue,
          key,
          value: payload,
          headers: { id },
        })),
      });
    } catch (cause) {
      // Its numbers may be out of step with the broker's: a new one starts from the beginning.
      await this.#drop();
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new AegisError('outlet_unavailable', `Kafka: ${message}`, { cause });
    }
  }

  #open(): StringProducer {
    const { brokers, tls, username, password, timeoutMs = 10_000 } = this.#options;
    return new Producer({
      clientId: 'aegis',
      bootstrapBrokers: [...brokers],
      serializers: stringSerializers,
      idempotent: true,
      acks: ALL,
      autocreateTopics: true,
      retries: RETRIES,
      connectTimeout: timeoutMs,
      timeout: timeoutMs,
      ...(tls === undefined ? {} : { tls }),
      ...(username === undefined
        ? {}
        : { sasl: { mechanism: 'SCRAM-SHA-512', username, password: password ?? '' } }),
    });
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }
}
