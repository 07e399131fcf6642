import { randomUUID } from 'node:crypto';
import { AegisError, type Clock } from '@aegis/model';
import {
  type Lease,
  type PutOptions,
  type Registry,
  type RegistryChange,
  type RegistryEntry,
  refuseTooLarge,
  type WatchOptions,
} from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { Bell } from './bell.ts';
import { ChangeLog } from './change-log.ts';
import { EntryTable } from './entry-table.ts';
import { LeaseTable } from './lease-table.ts';
import { REGISTRY_SCHEMA } from './schema.ts';

export interface SqliteRegistryOptions {
  /** The file; several processes may share it. */
  readonly path: string;
  /** Its wall time ends leases; the processes that share a file share a machine and so a clock. */
  readonly clock: Clock;
  /**
   * Changes kept for watches that start from a revision; default 10,000. Raising it costs disk, at worst 1 MiB
   * a change, and lets a watcher be away longer before it meets `compacted`.
   */
  readonly keepRevisions?: number;
  /**
   * How often, in ms, a process that watches looks for other processes' changes and for ended leases; default
   * 25. Lowering it costs some microseconds of CPU each time. Changes of the same process are seen at once.
   */
  readonly pollMs?: number;
}

/** Changes a watch takes from the log at once: bounds what a slow watcher holds to so many values. */
const WATCH_BATCH = 32;

/** Throws AegisError `registry_unavailable` where the file cannot be opened. */
export function openSqliteRegistry(options: SqliteRegistryOptions): Registry {
  return new SqliteRegistry(options);
}

class SqliteRegistry implements Registry {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #log: ChangeLog;
  readonly #entries: EntryTable;
  readonly #leases: LeaseTable;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;
  #polling = false;
  #dataVersion = 0;

  constructor({ path, clock, keepRevisions = 10_000, pollMs = 25 }: SqliteRegistryOptions) {
    const database = Database.open({
      path,
      migrations: REGISTRY_SCHEMA,
      unavailable: 'registry_unavailable',
    });
    this.#database = database;
    this.#clock = clock;
    this.#pollMs = pollMs;
    this.#log = database.read((db) => new ChangeLog(db, keepRevisions));
    this.#entries = database.read((db) => new EntryTable(db, this.#log));
    this.#leases = database.read((db) => new LeaseTable(db));
  }

  async get(key: string): Promise<RegistryEntry | undefined> {
    await this.#endExpired();
    return this.#database.read(() => this.#entries.get(key));
  }

  async list(prefix: string): Promise<readonly RegistryEntry[]> {
    await this.#endExpired();
    return this.#database.read(() => this.#entries.list(prefix));
  }

  async put(key: string, value: string, { lease }: PutOptions = {}): Promise<RegistryEntry> {
    refuseTooLarge(key, value);
    return this.#write(() => {
      this.#refuseEnded(lease);
      return this.#entries.put(key, value, lease);
    });
  }

  async compareAndSet(
    key: string,
    version: number,
    value: string,
    { lease }: PutOptions = {},
  ): Promise<RegistryEntry | undefined> {
    refuseTooLarge(key, value);
    return this.#write(() => {
      this.#refuseEnded(lease);
      const current = this.#entries.get(key)?.version ?? 0;
      return current === version ? this.#entries.put(key, value, lease) : undefined;
    });
  }

  async delete(key: string): Promise<boolean> {
    return this.#write(() => this.#entries.delete(key));
  }

  watch(prefix: string, { signal, after }: WatchOptions): AsyncIterable<RegistryChange> {
    const start = after ?? this.#database.read(() => this.#log.revision());
    return this.#follow(prefix, start, AbortSignal.any([signal, this.#closing.signal]));
  }

  async *#follow(prefix: string, after: number, signal: AbortSignal): AsyncGenerator<RegistryChange> {
    let position = after;
    this.#watcherCame();
    try {
      while (!signal.aborted) {
        const { changes, upTo } = this.#database.read(() => this.#log.read(prefix, position, WATCH_BATCH));
        for (const change of changes) {
          yield change;
          if (signal.aborted) return;
        }
        if (upTo === position) await this.#bell.heard(signal);
        position = upTo;
      }
    } finally {
      this.#watcherWent();
    }
  }

  async grantLease(ttlMs: number): Promise<Lease> {
    const id = randomUUID();
    await this.#write((now) => this.#leases.grant(id, ttlMs, now));
    return {
      id,
      keepAlive: () => this.#write((now) => this.#leases.keepAlive(id, now)),
      revoke: () => this.#write(() => this.#endLease(id)),
    };
  }

  async revision(): Promise<number> {
    await this.#endExpired();
    return this.#database.read(() => this.#log.revision());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#database.close();
  }

  /** Every write first ends what leases have expired, so that it meets no key that should be gone. */
  async #write<T>(work: (now: number) => T): Promise<T> {
    const result = await this.#database.write(() => {
      const now = this.#clock.now();
      for (const id of this.#leases.expired(now)) this.#endLease(id);
      return work(now);
    });
    this.#bell.ring();
    return result;
  }

  async #endExpired(): Promise<void> {
    const due = this.#database.read(() => this.#leases.expired(this.#clock.now(), 1));
    if (due.length > 0) await this.#write(() => {});
  }

  #endLease(id: string): void {
    this.#leases.remove(id);
    this.#entries.deleteOfLease(id);
  }

  #refuseEnded(lease: string | undefined): void {
    if (lease !== undefined && !this.#leases.isThere(lease))
      throw new AegisError('lease_gone', `the lease ${lease} has ended; grant a new one`);
  }

  // Only watchers need a timer: everyone else looks when asked.

  #watcherCame(): void {
    this.#watchers += 1;
    this.#timer ??= setInterval(() => void this.#poll(), this.#pollMs).unref();
  }

  #watcherWent(): void {
    this.#watchers -= 1;
    if (this.#watchers > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      await this.#endExpired();
      // Changes with every commit of another connection, and costs no read of the tables.
      const row = this.#database.read((db) => db.prepare('PRAGMA data_version').get());
      const version = row?.data_version as number;
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
      this.#bell.ring();
    } catch {
      // A store that fails is met by the watchers themselves when they look.
      this.#bell.ring();
    } finally {
      this.#polling = false;
    }
  }
}
