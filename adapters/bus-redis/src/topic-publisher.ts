import type { Position, Retention } from '@aegis/ports';
import type { RedisConnection, Reply } from '@aegis/redis';
import type { TopicKeys } from './keys.ts';
import { PUBLISH } from './scripts.ts';

export interface TopicPublisherOptions {
  readonly keys: TopicKeys;
  readonly commands: RedisConnection;
  readonly sharded: boolean;
  /** Messages of the stream. */
  readonly keep: number;
}

interface Waiting {
  readonly payload: string;
  readonly retain: Retention | undefined;
  readonly done: PromiseWithResolvers<Position>;
}

/** Messages in one command, and UTF-16 units past which no further one is taken into it. */
const MOST_AT_ONCE = 100;
const MOST_UNITS = 256 * 1024;

/**
 * Publishes to one topic in order: at once when nothing is under way, and what comes meanwhile together, so that
 * every subscriber is woken once for up to a hundred messages.
 */
export class TopicPublisher {
  readonly #options: TopicPublisherOptions;
  #waiting: Waiting[] = [];
  #sending = false;

  constructor(options: TopicPublisherOptions) {
    this.#options = options;
  }

  publish(payload: string, retain: Retention | undefined): Promise<Position> {
    const done = Promise.withResolvers<Position>();
    this.#waiting.push({ payload, retain, done });
    if (!this.#sending) void this.#send();
    return done.promise;
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        const positions = (await this.#options.commands.send(this.#words(batch))) as readonly Reply[];
        for (const [index, { done }] of batch.entries()) done.resolve(String(positions[index]));
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    this.#sending = false;
  }

  #take(): readonly Waiting[] {
    let units = 0;
    let count = 0;
    for (const { payload } of this.#waiting) {
      units += payload.length;
      if (count > 0 && (count === MOST_AT_ONCE || units > MOST_UNITS)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #words(batch: readonly Waiting[]): readonly string[] {
    const { keys, sharded, keep } = this.#options;
    return [
      ...['EVAL', PUBLISH, '3', keys.stream, keys.retained, keys.ends],
      ...[keys.channel, sharded ? 'SPUBLISH' : 'PUBLISH', String(keep)],
      ...batch.flatMap(({ payload, retain }) =>
        retain === undefined ? [payload, '', ''] : [payload, retain.key, String(Math.ceil(retain.until))],
      ),
    ];
  }
}
