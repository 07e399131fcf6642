import type { Timestamp } from '@aegis/model';
import type {
  Bus,
  BusHandler,
  BusMessage,
  Position,
  PublishOptions,
  SubscribeOptions,
  Subscription,
} from '@aegis/ports';
import { RedisConnection, type RedisServerOptions } from '@aegis/redis';
import { busFault, closedFault } from './bus-fault.ts';
import { topicKeys } from './keys.ts';
import { LiveConnection } from './live-connection.ts';
import { BEGINNING } from './position.ts';
import { RedisSubscription } from './redis-subscription.ts';
import { TopicPublisher } from './topic-publisher.ts';
import { TopicReader } from './topic-reader.ts';

export interface RedisBusOptions extends RedisServerOptions {
  /**
   * Messages kept of each topic for replay, or up to a hundred more; default 100,000. Raising it costs memory of
   * Redis, and lets who was away for longer catch up without everything being told anew.
   */
  readonly keep?: number;
  /**
   * How often what came on the channel is held against the stream, ms, half as much more or less; default 10,000.
   * A message that the channel lost without breaking, when nothing comes after it, comes at the latest after two of
   * these.
   */
  readonly checkMs?: number;
}

/**
 * A bus on Redis 7 or later. `open` connects to nothing: while Redis is away publishing fails at once, and
 * subscriptions go on by themselves when it is back.
 */
export function openRedisBus(options: RedisBusOptions): Bus {
  return new RedisBus(options);
}

/** The connections to one server: to the only one, or to the one that has a topic of a Cluster. */
interface Link {
  readonly commands: RedisConnection;
  readonly live: LiveConnection;
}

interface Topic {
  readonly link: Link;
  readonly channel: string;
  readonly publisher: TopicPublisher;
  readonly reader: TopicReader;
}

class RedisBus implements Bus {
  readonly #options: RedisBusOptions;
  readonly #links = new Map<string, Link>();
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Set<RedisSubscription>();
  #checking: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RedisBusOptions) {
    this.#options = options;
  }

  async publish(topic: string, payload: string, { retain }: PublishOptions = {}): Promise<Position> {
    return this.#topic(topic).publisher.publish(payload, retain);
  }

  async subscribe(name: string, handler: BusHandler, options: SubscribeOptions = {}): Promise<Subscription> {
    const { link, channel, reader } = this.#topic(name);
    const subscription: RedisSubscription = new RedisSubscription({
      ...options,
      topic: name,
      handler,
      reader,
      onDeaf: () => link.live.renew(),
      onClose(self) {
        stopListening();
        subscriptions.delete(self);
      },
    });
    const subscriptions = this.#subscriptions;
    const stopListening = await link.live.listen(channel, {
      onMessage: (text) => subscription.hear(text),
      onBack: () => subscription.fallBehind(),
    });
    try {
      const { newest } = await reader.look(BEGINNING);
      if (this.#closed) throw closedFault();
      subscriptions.add(subscription);
      subscription.begin(newest);
    } catch (error) {
      stopListening();
      throw error;
    }
    if (this.#checking === undefined) this.#checkLater();
    return subscription;
  }

  async *retained(topic: string): AsyncIterable<BusMessage> {
    const { reader } = this.#topic(topic);
    yield* reader.retained(await this.now());
  }

  async now(): Promise<Timestamp> {
    if (this.#closed) throw closedFault();
    const [anyLink] = this.#links.values();
    const { commands } = anyLink ?? this.#link('');
    const [seconds, micros] = (await commands.send(['TIME'])) as readonly string[];
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#checking);
    for (const subscription of [...this.#subscriptions]) await subscription.close();
    for (const { commands, live } of this.#links.values()) {
      live.close();
      commands.close();
    }
  }

  /** At another moment than the other nodes. */
  #checkLater(): void {
    const { checkMs = 10_000 } = this.#options;
    this.#checking = setTimeout(
      () => {
        for (const subscription of this.#subscriptions) void subscription.check();
        this.#checkLater();
      },
      checkMs * (0.5 + Math.random()),
    ).unref();
  }

  #topic(name: string): Topic {
    if (this.#closed) throw closedFault();
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      const { cluster: sharded = false, keep = 100_000 } = this.#options;
      const link = this.#link(sharded ? name : '');
      const keys = topicKeys(name);
      const { commands } = link;
      topic = {
        link,
        channel: keys.channel,
        publisher: new TopicPublisher({ keys, commands, sharded, keep }),
        reader: new TopicReader(name, keys, commands),
      };
      this.#topics.set(name, topic);
    }
    return topic;
  }

  /** Servers of a Cluster have topics by the slot of their name. */
  #link(key: string): Link {
    let link = this.#links.get(key);
    if (link === undefined) {
      const commands = new RedisConnection(this.#options, key, busFault);
      link = { commands, live: new LiveConnection({ commands, sharded: this.#options.cluster ?? false }) };
      this.#links.set(key, link);
    }
    return link;
  }
}
