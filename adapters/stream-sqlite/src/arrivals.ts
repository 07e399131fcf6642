import type { Database } from '@aegis/sqlite';

/** A state of the store as {@link Arrivals} saw it; undefined where the store could not be asked. */
export type StoreVersion = unknown;

/**
 * Tells blocked readers that something may have been appended: at once by an append of this process, and within
 * `pollMs` by one of another process, which changes SQLite's `data_version` (a few microseconds to ask).
 * One timer serves all that wait, and none runs while nobody does.
 */
export class Arrivals {
  readonly #database: Database;
  readonly #pollMs: number;
  readonly #waiting = new Map<() => void, StoreVersion>();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, pollMs: number) {
    this.#database = database;
    this.#pollMs = pollMs;
  }

  /** To be asked for before looking for messages, so that what comes after the look is not slept through. */
  version(): StoreVersion {
    try {
      return this.#database.read((db) => db.prepare('PRAGMA data_version').get()?.data_version);
    } catch {
      return undefined;
    }
  }

  /**
   * Resolves once the store is no longer as it was at `seen`, which includes that it cannot be asked (the reader
   * then finds out why), or when the signal is aborted.
   */
  next(seen: StoreVersion, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (signal.aborted || this.version() !== seen) {
      resolve();
      return promise;
    }
    const done = (): void => {
      this.#waiting.delete(done);
      if (this.#waiting.size === 0) clearInterval(this.#timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
    if (this.#waiting.size === 0) this.#timer = setInterval(() => this.#poll(), this.#pollMs);
    this.#waiting.set(done, seen);
    return promise;
  }

  /** Wakes everyone who waits. */
  announce(): void {
    for (const done of this.#waiting.keys()) done();
  }

  #poll(): void {
    const version = this.version();
    for (const [done, seen] of this.#waiting) if (seen !== version) done();
  }
}
