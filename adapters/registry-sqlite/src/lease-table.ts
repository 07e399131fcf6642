import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Timestamp } from '@aegis/model';

/** Leases that have not ended. Each method runs within the caller's transaction or read. */
export class LeaseTable {
  readonly #insert: StatementSync;
  readonly #isThere: StatementSync;
  readonly #keepAlive: StatementSync;
  readonly #remove: StatementSync;
  readonly #expired: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO lease (id, ttl, expires) VALUES (?, ?, ?)');
    this.#isThere = db.prepare('SELECT 1 FROM lease WHERE id = ?');
    this.#keepAlive = db.prepare('UPDATE lease SET expires = ? + ttl WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM lease WHERE id = ?');
    this.#expired = db.prepare('SELECT id FROM lease WHERE expires <= ? ORDER BY expires LIMIT ?');
  }

  grant(id: string, ttlMs: number, now: Timestamp): void {
    this.#insert.run(id, ttlMs, now + ttlMs);
  }

  isThere(id: string): boolean {
    return this.#isThere.get(id) !== undefined;
  }

  /** False where it has ended. */
  keepAlive(id: string, now: Timestamp): boolean {
    return this.#keepAlive.run(now, id).changes === 1;
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  /** Those whose time is up and that have not been removed; without a limit, all of them. */
  expired(now: Timestamp, limit = -1): readonly string[] {
    return this.#expired.all(now, limit).map((row) => row.id as string);
  }
}
