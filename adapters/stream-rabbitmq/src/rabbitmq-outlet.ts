import { AegisError } from '@aegis/model';
import type { Outlet, OutletMessage } from '@aegis/ports';
import type { ConfirmChannel } from 'amqplib';
import { RabbitMqConnection, type RabbitMqServerOptions } from './rabbitmq-connection.ts';
import type { QueueType } from './topology.ts';

interface RabbitMqOutletOptions extends RabbitMqServerOptions {
  /** Default `quorum`. */
  readonly queueType?: QueueType;
}

/** Durable queues by their names; the key of a message is its header `key`, its id the property `message-id`. */
export function openRabbitMqOutlet(options: RabbitMqOutletOptions): Outlet {
  return new RabbitMqOutlet(options);
}

class RabbitMqOutlet implements Outlet {
  readonly #connection: RabbitMqConnection;
  readonly #queueType: QueueType;
  #opening: Promise<ConfirmChannel> | undefined;
  readonly #declared = new Set<string>();

  constructor(options: RabbitMqOutletOptions) {
    this.#connection = new RabbitMqConnection(options);
    this.#queueType = options.queueType ?? 'quorum';
  }

  async publish(queue: string, messages: readonly OutletMessage[]): Promise<void> {
    try {
      const channel = await this.#channel();
      await this.#connection.guard(async () => {
        await this.#declare(channel, queue);
        if (messages.length === 0) return;
        const lost = Promise.withResolvers<never>();
        const onClose = (): void => lost.reject(new Error('the connection was lost'));
        channel.once('close', onClose);
        try {
          for (const { id, key, payload } of messages) {
            const options = {
              persistent: true,
              messageId: id,
              headers: { key },
              contentType: 'application/json',
            };
            channel.sendToQueue(queue, Buffer.from(payload), options);
          }
          await Promise.race([channel.waitForConfirms(), lost.promise]);
        } finally {
          channel.off('close', onClose);
        }
      });
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new AegisError('outlet_unavailable', message, { cause });
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #declare(channel: ConfirmChannel, queue: string): Promise<void> {
    if (this.#declared.has(queue)) return;
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': this.#queueType } });
    this.#declared.add(queue);
  }

  #channel(): Promise<ConfirmChannel> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<ConfirmChannel> {
    try {
      const channel = await this.#connection.confirmChannel();
      channel.once('close', () => {
        this.#opening = undefined;
        this.#declared.clear();
      });
      return channel;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }
}
