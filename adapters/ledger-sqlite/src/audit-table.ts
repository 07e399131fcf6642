import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Timestamp } from '@aegis/model';
import type { AuditEntry, AuditQuery } from '@aegis/ports';
import { Conditions } from './conditions.ts';

interface AuditRow extends Omit<AuditEntry, 'detail'> {
  readonly detail: string;
}

/** Audit entries. Each method runs within the caller's transaction. */
export class AuditTable {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare(`
      INSERT INTO audit (id, at, actor, action, target, "from", result, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`);
    this.#remove = db.prepare(
      'DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ? ORDER BY at LIMIT ?)',
    );
  }

  append({ id, at, actor, action, target, from, result, detail }: AuditEntry): void {
    this.#insert.run(id, at, actor, action, target, from, result, JSON.stringify(detail));
  }

  /** Newest first; of one time, the last written first. */
  query({ limit, before, actor, action }: AuditQuery): readonly AuditEntry[] {
    const conditions = new Conditions()
      .where('at < ?', before)
      .where('actor = ?', actor)
      .where('action = ?', action);
    const rows = this.#db
      .prepare(
        `SELECT id, at, actor, action, target, "from", result, detail FROM audit
         WHERE ${conditions.sql} ORDER BY at DESC, seq DESC LIMIT ?`,
      )
      .all(...conditions.values, limit) as unknown as readonly AuditRow[];
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as AuditEntry['detail'] }));
  }

  /** Removes up to `limit` entries from before this. Returns how many. */
  remove(before: Timestamp, limit: number): number {
    return Number(this.#remove.run(before, limit).changes);
  }
}
