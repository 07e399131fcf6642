import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisConnection, RedisServerOptions, Reply } from '@aegis/redis';
import { streamConnection } from './stream-connection.ts';

/** What an answer may take beyond the time that the read blocks, ms. */
const GRACE_MS = 5_000;
/** How often a read that does not end is woken, ms, and how many times before its connection is broken. */
const WAKE_EVERY_MS = 10;
const WAKES = 100;

export interface BlockedReadsOptions {
  readonly server: RedisServerOptions;
  readonly key: string;
  /** For waking: a connection that never blocks. */
  readonly commands: RedisConnection;
}

/**
 * Commands that Redis answers when it has something. Each has a connection to itself while it lasts, since whatever
 * came behind it on the same one would wait as well.
 */
export class BlockedReads {
  readonly #options: BlockedReadsOptions;
  readonly #idle: RedisConnection[] = [];
  readonly #busy = new Set<Promise<unknown>>();
  readonly #all = new Set<RedisConnection>();

  constructor(options: BlockedReadsOptions) {
    this.#options = options;
  }

  /** The answer; once the signal is aborted, what Redis had given by then or null. */
  async send(words: readonly string[], blockMs: number, signal: AbortSignal): Promise<Reply> {
    const connection = this.#idle.pop() ?? this.#open();
    const reading = this.#read(connection, words, blockMs, signal);
    this.#busy.add(reading);
    try {
      return await reading;
    } finally {
      this.#busy.delete(reading);
      this.#idle.push(connection);
    }
  }

  /** Waits for reads that were aborted, then closes. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#busy);
    for (const connection of this.#all) connection.close();
  }

  #open(): RedisConnection {
    const connection = streamConnection(this.#options.server, this.#options.key);
    this.#all.add(connection);
    return connection;
  }

  async #read(
    connection: RedisConnection,
    words: readonly string[],
    blockMs: number,
    signal: AbortSignal,
  ): Promise<Reply> {
    // Not allowed by an access list: then there is nothing to wake it by, and its connection is broken instead.
    const id = await connection.send(['CLIENT', 'ID']).catch((error: unknown) => {
      if (error instanceof Error && /NOPERM/.test(error.message)) return undefined;
      throw error;
    });
    if (signal.aborted) return null;
    const ended = new AbortController();
    const waking = this.#wakeOn(signal, ended.signal, connection, id);
    try {
      return await connection.send(words, blockMs + GRACE_MS);
    } catch (error) {
      // Broken on purpose.
      if (signal.aborted) return null;
      throw error;
    } finally {
      ended.abort();
      await waking;
    }
  }

  /**
   * CLIENT UNBLOCK makes Redis answer: either it has given messages by then, or it will not give any. Breaking the
   * connection alone could lose an answer under way, and its messages would wait to be reclaimed. It is said again
   * since it may overtake the read, which travels on another connection.
   */
  async #wakeOn(
    signal: AbortSignal,
    ended: AbortSignal,
    connection: RedisConnection,
    id: Reply | undefined,
  ): Promise<void> {
    await either(signal, ended);
    for (let wakes = 0; !ended.aborted; wakes++) {
      const isHeard =
        id !== undefined &&
        wakes < WAKES &&
        (await this.#options.commands.send(['CLIENT', 'UNBLOCK', String(id)]).then(
          () => true,
          () => false,
        ));
      if (!isHeard) return connection.drop();
      await sleep(WAKE_EVERY_MS, undefined, { signal: ended }).catch(() => {});
    }
  }
}

function either(one: AbortSignal, other: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => {
    one.removeEventListener('abort', done);
    other.removeEventListener('abort', done);
    resolve();
  };
  if (one.aborted || other.aborted) return Promise.resolve();
  one.addEventListener('abort', done);
  other.addEventListener('abort', done);
  return promise;
}
