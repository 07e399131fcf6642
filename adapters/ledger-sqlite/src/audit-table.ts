import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Timestamp } from '@aegis/model';
import type { AuditEntry, AuditQuery } from '@aegis/ports';
import { Conditions } from './conditions.ts';

interface AuditRow extends Omit<AuditEntry, 'detail'> {
  readonly detail: string;
}

const COLUMNS = 'id, at, actor, action, target, "from", result, detail';

/** Audit entries. Each method runs within the caller's transaction. */
export class AuditTable {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #find: StatementSync;
  readonly #remove: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#insert = db.prepare(`
      INSERT INTO audit (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`);
    this.#find = db.prepare(`SELECT ${COLUMNS} FROM audit WHERE id = ?`);
    this.#remove = db.prepare(
      'DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ? ORDER BY at LIMIT ?)',
    );
  }

  /** Whether the entry was new. */
  append({ id, at, actor, action, target, from, result, detail }: AuditEntry): boolean {
    const { changes } = this.#insert.run(
      ...([id, at, actor, action, target, from, result] as const),
      JSON.stringify(detail),
    );
    return changes > 0;
  }

  find(id: string): AuditEntry | undefined {
    const row = this.#find.get(id) as unknown as AuditRow | undefined;
    return row === undefined ? undefined : entryOf(row);
  }

  /** Newest first; of one time, the last written first. */
  query({ limit, before, actor, action }: AuditQuery): readonly AuditEntry[] {
    const conditions = new Conditions()
      .where('at < ?', before)
      .where('actor = ?', actor)
      .where('action = ?', action);
    const rows = this.#db
      .prepare(
        `SELECT ${COLUMNS} FROM audit
         WHERE ${conditions.sql} ORDER BY at DESC, seq DESC LIMIT ?`,
      )
      .all(...conditions.values, limit) as unknown as readonly AuditRow[];
    return rows.map(entryOf);
  }

  /** Removes up to `limit` entries from before this. Returns how many. */
  remove(before: Timestamp, limit: number): number {
    return Number(this.#remove.run(before, limit).changes);
  }
}

function entryOf(row: AuditRow): AuditEntry {
  return { ...row, detail: JSON.parse(row.detail) as AuditEntry['detail'] };
}
