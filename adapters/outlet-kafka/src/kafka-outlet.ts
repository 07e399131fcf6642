import { AegisError } from '@aegis/model';
import type { Outlet, OutletMessage } from '@aegis/ports';
import { Producer, stringSerializers } from '@platformatic/kafka';
import { connectionTo, type KafkaServerOptions } from './connection-to.ts';

type StringProducer = Producer<string, string, string, string>;

/** Every replica in sync has it. */
const ALL = -1;
const RETRIES = 3;

/**
 * Topics of Kafka 3.5 or later by their names, made where the cluster makes topics by itself; the id of a message is its header
 * `id`. The producer is idempotent: what is sent again within one `publish` is there once.
 */
export function openKafkaOutlet(options: KafkaServerOptions): Outlet {
  return new KafkaOutlet(options);
}

class KafkaOutlet implements Outlet {
  readonly #options: KafkaServerOptions;
  #producer: StringProducer | undefined;
  /** One at a time: order holds, and a producer that failed is not in use when it is replaced. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: KafkaServerOptions) {
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
    return new Producer({
      ...connectionTo(this.#options),
      serializers: stringSerializers,
      idempotent: true,
      acks: ALL,
      autocreateTopics: true,
      retries: RETRIES,
    });
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }
}
