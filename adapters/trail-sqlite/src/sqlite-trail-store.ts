import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AegisError, type Timestamp } from '@aegis/model';
import type {
  StoredCheckpoint,
  StoredTrailEntry,
  TrailBatch,
  TrailExtent,
  TrailNodeId,
  TrailStore,
} from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { TRAIL_SCHEMA } from './schema.ts';
import { Tiles } from './tiles.ts';

export interface SqliteTrailStoreOptions {
  readonly path: string;
}

/** Bodies that one transaction removes: bounds how long others wait for it. */
const EXPIRE_BATCH = 1_000;

/** Throws AegisError `trail_unavailable` where the file cannot be opened. */
export function openSqliteTrailStore({ path }: SqliteTrailStoreOptions): TrailStore {
  return new SqliteTrailStore(
    Database.open({ path, migrations: TRAIL_SCHEMA, unavailable: 'trail_unavailable' }),
  );
}

interface EntryRow extends Omit<StoredTrailEntry, 'body'> {
  readonly body: string | null;
}

class SqliteTrailStore implements TrailStore {
  readonly #database: Database;
  readonly #tiles: Tiles;
  readonly #insert: StatementSync;
  readonly #extent: StatementSync;
  readonly #setExtent: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    const prepare = (sql: string): StatementSync => database.read((db) => db.prepare(sql));
    this.#tiles = database.read((db) => new Tiles(db));
    this.#insert = prepare('INSERT INTO entry (idx, hash, at, id, body) VALUES (?, ?, ?, ?, ?)');
    this.#extent = prepare('SELECT size, position, at FROM extent');
    this.#setExtent = prepare('UPDATE extent SET size = ?, position = ?, at = ?');
  }

  async extent(): Promise<TrailExtent> {
    return this.#database.read(() => this.#readExtent());
  }

  async append({ entries, nodes, position }: TrailBatch): Promise<void> {
    await this.#database.write(() => {
      const extent = this.#readExtent();
      const first = entries[0]?.index ?? extent.size;
      if (first !== extent.size)
        throw new AegisError('trail_conflict', `entry ${first} does not follow the ${extent.size} there are`);
      for (const { index, hash, at, id, body } of entries) this.#insert.run(index, hash, at, id, body);
      this.#tiles.write(nodes);
      this.#setExtent.run(extent.size + entries.length, position, entries.at(-1)?.at ?? extent.at);
    });
  }

  async entries(from: number, limit: number): Promise<readonly StoredTrailEntry[]> {
    return this.#database.read((db) => {
      const rows = db
        .prepare('SELECT idx AS "index", hash, at, id, body FROM entry WHERE idx >= ? ORDER BY idx LIMIT ?')
        .all(from, limit) as unknown as readonly EntryRow[];
      return rows.map(({ index, hash, at, id, body }) => ({
        ...{ index, hash, at, id },
        ...(body === null ? {} : { body }),
      }));
    });
  }

  async find(id: string): Promise<number | undefined> {
    return this.#database.read((db) => {
      const row = db.prepare('SELECT idx FROM entry WHERE id = ? ORDER BY idx LIMIT 1').get(id);
      return (row as { readonly idx: number } | undefined)?.idx;
    });
  }

  async nodes(ids: readonly TrailNodeId[]): Promise<readonly Uint8Array[]> {
    return this.#database.read(() => this.#tiles.read(ids));
  }

  async appendCheckpoint({ size, at, text }: StoredCheckpoint): Promise<void> {
    await this.#database.write((db) =>
      db.prepare('INSERT INTO checkpoint (size, at, text) VALUES (?, ?, ?)').run(size, at, text),
    );
  }

  async checkpoints(after: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    return this.#database.read((db) =>
      db
        .prepare('SELECT size, at, text FROM checkpoint ORDER BY seq LIMIT ? OFFSET ?')
        .all(limit, after)
        .map((row) => ({ ...(row as unknown as StoredCheckpoint) })),
    );
  }

  async latestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return this.#database.read((db) => {
      const row = db.prepare('SELECT size, at, text FROM checkpoint ORDER BY seq DESC LIMIT 1').get();
      return row === undefined ? undefined : { ...(row as unknown as StoredCheckpoint) };
    });
  }

  async expire(before: Timestamp): Promise<number> {
    let total = 0;
    for (;;) {
      const removed = await this.#database.write((db) => expireSome(db, before));
      total += removed;
      if (removed < EXPIRE_BATCH) return total;
    }
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #readExtent(): TrailExtent {
    return { ...(this.#extent.get() as unknown as TrailExtent) };
  }
}

/** Entries are in order of time: `expired` is the number of the first that still has its body. */
function expireSome(db: DatabaseSync, before: Timestamp): number {
  const { expired } = db.prepare('SELECT expired FROM extent').get() as { readonly expired: number };
  const rows = db
    .prepare('SELECT idx, at FROM entry WHERE idx >= ? ORDER BY idx LIMIT ?')
    .all(expired, EXPIRE_BATCH) as unknown as readonly { readonly idx: number; readonly at: Timestamp }[];
  const kept = rows.findIndex(({ at }) => at >= before);
  const count = kept === -1 ? rows.length : kept;
  db.prepare('UPDATE entry SET body = NULL WHERE idx >= ? AND idx < ?').run(expired, expired + count);
  db.prepare('UPDATE extent SET expired = ?').run(expired + count);
  return count;
}
