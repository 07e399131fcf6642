import { randomUUID } from 'node:crypto';
import { AegisError, type Timestamp } from '@aegis/model';
import type {
  Bus,
  BusHandler,
  BusMessage,
  Position,
  PublishOptions,
  SubscribeOptions,
  Subscription,
} from '@aegis/ports';
import { LocalSubscription } from './local-subscription.ts';
import { RetainedMessages } from './retained-messages.ts';
import { TopicLog } from './topic-log.ts';

export interface LocalBusOptions {
  /**
   * Messages kept of each topic for replay; default 10,000. Raising it costs memory for as many payloads, and
   * lets a slow handler fall further behind before it meets a gap.
   */
  readonly keep?: number;
}

/** A bus within this process. Positions mean nothing to the next process: it answers them with `onGap`. */
export function createLocalBus({ keep = 10_000 }: LocalBusOptions = {}): Bus {
  return new LocalBus(keep);
}

interface Topic {
  readonly log: TopicLog;
  readonly subscriptions: Set<LocalSubscription>;
  readonly retained: RetainedMessages;
}

class LocalBus implements Bus {
  readonly #keep: number;
  readonly #epoch = randomUUID().slice(0, 8);
  readonly #topics = new Map<string, Topic>();
  #closed = false;

  constructor(keep: number) {
    this.#keep = keep;
  }

  async publish(topic: string, payload: string, { retain }: PublishOptions = {}): Promise<Position> {
    const { log, subscriptions, retained } = this.#topic(topic);
    const now = Date.now();
    const message = log.append(payload, now);
    if (retain !== undefined) retained.keep(retain, message, now);
    for (const subscription of subscriptions) subscription.wake();
    return message.position;
  }

  async subscribe(topic: string, handler: BusHandler, options: SubscribeOptions = {}): Promise<Subscription> {
    const { log, subscriptions } = this.#topic(topic);
    const subscription = new LocalSubscription(log, handler, options, (self) => subscriptions.delete(self));
    subscriptions.add(subscription);
    subscription.wake();
    return subscription;
  }

  async *retained(topic: string): AsyncIterable<BusMessage> {
    yield* this.#topic(topic).retained.at(Date.now());
  }

  async now(): Promise<Timestamp> {
    if (this.#closed) throw closed();
    return Date.now();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { subscriptions } of this.#topics.values())
      for (const subscription of subscriptions) await subscription.close();
    this.#topics.clear();
  }

  #topic(name: string): Topic {
    if (this.#closed) throw closed();
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = {
        log: new TopicLog(name, this.#epoch, this.#keep),
        subscriptions: new Set(),
        retained: new RetainedMessages(),
      };
      this.#topics.set(name, topic);
    }
    return topic;
  }
}

function closed(): AegisError {
  return new AegisError('bus_unavailable', 'the bus is closed');
}
