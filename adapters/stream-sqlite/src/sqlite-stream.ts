import type { DatabaseSync } from 'node:sqlite';
import { AegisError, type Clock } from '@aegis/model';
import type { ConsumerGroup, Stream } from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { Arrivals } from './arrivals.ts';
import { MIGRATIONS } from './schema.ts';
import { SqliteConsumerGroup } from './sqlite-consumer-group.ts';

export interface SqliteStreamOptions {
  /** The database file; processes that name the same one share the stream. */
  readonly path: string;
  readonly clock: Clock;
  /** How late at most a blocked reader learns of another process's message, ms; default 20. Less costs idle CPU. */
  readonly pollMs?: number;
  /** Messages kept at most; default 1,000,000. Past it finished ones go early, then `append` is `stream_full`. */
  readonly maxLength?: number;
  /** Payload bytes kept at most; default 4 GiB. More lets a flood take more of the disk. */
  readonly maxBytes?: number;
  /** Dead letters kept for each group; past it the oldest go; default 100,000. */
  readonly maxBuried?: number;
}

/** Messages removed in one transaction, which bounds how long it keeps writers out. */
const TRIM_CHUNK = 5_000;

/** Throws AegisError `stream_unavailable` where the file cannot be opened. */
export async function openSqliteStream(options: SqliteStreamOptions): Promise<Stream> {
  const { path } = options;
  const file = { path, migrations: MIGRATIONS, unavailable: 'stream_unavailable', full: 'disk_full' };
  const messages = Database.open(file);
  try {
    return new SqliteStream(options, messages, Database.open({ ...file, survives: 'kill' }));
  } catch (error) {
    await messages.close();
    throw error;
  }
}

/**
 * Two connections to one file. `messages` makes appended messages durable with an fsync a commit; `deliveries`
 * keeps who has what without one: losing that with the machine's power means delivering again, which
 * at-least-once allows.
 */
class SqliteStream implements Stream {
  readonly #options: SqliteStreamOptions;
  readonly #messages: Database;
  readonly #deliveries: Database;
  readonly #arrivals: Arrivals;
  readonly #closed = new AbortController();

  constructor(options: SqliteStreamOptions, messages: Database, deliveries: Database) {
    this.#options = options;
    this.#messages = messages;
    this.#deliveries = deliveries;
    this.#arrivals = new Arrivals(deliveries, options.pollMs ?? 20);
  }

  async append(payloads: readonly string[]): Promise<readonly string[]> {
    if (payloads.length === 0) return [];
    const ids = await this.#messages.write((db) => this.#insert(db, payloads));
    this.#arrivals.announce();
    return ids;
  }

  #insert(db: DatabaseSync, payloads: readonly string[]): readonly string[] {
    const sizes = payloads.map((payload) => Buffer.byteLength(payload));
    const added = sizes.reduce((sum, size) => sum + size, 0);
    this.#makeRoom(db, payloads.length, added);
    const first = state(db).appended + 1;
    const insert = db.prepare('INSERT INTO message (id, at, bytes, payload) VALUES (?, ?, ?, ?)');
    const now = this.#options.clock.now();
    const ids = payloads.map((payload, i) => {
      insert.run(first + i, now, sizes[i] as number, payload);
      return String(first + i);
    });
    db.prepare('UPDATE stream_state SET appended = appended + ?1, kept = kept + ?1, bytes = bytes + ?2').run(
      payloads.length,
      added,
    );
    return ids;
  }

  #makeRoom(db: DatabaseSync, messages: number, bytes: number): void {
    const { maxLength = 1_000_000, maxBytes = 4 * 1024 ** 3 } = this.#options;
    for (;;) {
      const { kept, bytes: used } = state(db);
      if (kept + messages <= maxLength && used + bytes <= maxBytes) return;
      if (removeFinished(db, Math.max(messages, 100)) === 0) {
        throw new AegisError(
          'stream_full',
          `the stream holds ${kept} messages (${used} bytes) that are not finished, of ${maxLength} (${maxBytes}) allowed; start more workers, or raise the limit`,
        );
      }
    }
  }

  async group(name: string): Promise<ConsumerGroup> {
    const find = (db: DatabaseSync) =>
      db.prepare('SELECT id FROM consumer_group WHERE name = ?').get(name)?.id;
    const groupId =
      this.#deliveries.read(find) ??
      (await this.#messages.write((db) => {
        db.prepare(
          `INSERT INTO consumer_group (name, cursor, passed)
           SELECT ?, 0, appended - kept FROM stream_state WHERE true ON CONFLICT DO NOTHING`,
        ).run(name);
        return find(db);
      }));
    return new SqliteConsumerGroup({
      database: this.#deliveries,
      arrivals: this.#arrivals,
      clock: this.#options.clock,
      groupId: Number(groupId),
      maxBuried: this.#options.maxBuried ?? 100_000,
      closed: this.#closed.signal,
    });
  }

  async length(): Promise<number> {
    return this.#messages.read((db) => state(db).kept);
  }

  async trim(olderThanMs: number): Promise<number> {
    const cutoff = this.#options.clock.now() - olderThanMs;
    let removed = 0;
    for (;;) {
      const chunk = await this.#deliveries.write((db) => removeFinished(db, TRIM_CHUNK, cutoff));
      removed += chunk;
      if (chunk < TRIM_CHUNK) return removed;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#deliveries.close();
    await this.#messages.close();
  }
}

function state(db: DatabaseSync): {
  readonly appended: number;
  readonly kept: number;
  readonly bytes: number;
} {
  const row = db.prepare('SELECT appended, kept, bytes FROM stream_state').get();
  return { appended: Number(row?.appended), kept: Number(row?.kept), bytes: Number(row?.bytes) };
}

/**
 * Removes up to `limit` messages, oldest first, that every group has finished with and, where a cutoff is given,
 * that were appended then or before. While there is no group nobody has finished: then none. Returns how many went.
 */
function removeFinished(db: DatabaseSync, limit: number, cutoff?: number): number {
  // Two queries, so that each walks only what it may remove: by age along its index, else along the ids.
  const old = cutoff === undefined ? '' : 'at <= ? AND';
  const gone = db
    .prepare(
      `DELETE FROM message WHERE id IN (
         SELECT id FROM message
         WHERE ${old} id <= (SELECT min(cursor) FROM consumer_group)
           AND NOT EXISTS (SELECT 1 FROM pending WHERE pending.message = message.id)
         ORDER BY ${cutoff === undefined ? 'id' : 'at, id'} LIMIT ?)
       RETURNING bytes`,
    )
    .all(...(cutoff === undefined ? [limit] : [cutoff, limit]));
  const bytes = gone.reduce((sum, row) => sum + Number(row.bytes), 0);
  db.prepare('UPDATE stream_state SET kept = kept - ?, bytes = bytes - ?').run(gone.length, bytes);
  return gone.length;
}
