import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Timestamp } from '@aegis/model';
import type { JournalEntry } from '@aegis/ports';

/** What a journal row says; the record itself is elsewhere. */
export type JournalRow = Pick<JournalEntry, 'number' | 'kind' | 'id' | 'at'>;

/** Where the records of each kind are, and what is their id there. */
const RECORDS: readonly (readonly [kind: JournalEntry['kind'], table: string, id: string])[] = [
  ['audit', 'audit', 'id'],
  ['decision', 'decision', 'made_id'],
  ['decision', 'event', 'id'],
  ['policy', 'policy', "name || '@' || version"],
];

/** Every write, numbered. Each method runs within the caller's transaction or read. */
export class JournalTable {
  readonly #insert: StatementSync;
  readonly #after: StatementSync;
  readonly #strays: StatementSync;
  readonly #removeGone: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO journal (kind, id, at) VALUES (?, ?, ?)');
    this.#after = db.prepare(
      'SELECT number, kind, id, at FROM journal WHERE number > ? ORDER BY number LIMIT ?',
    );
    const all = RECORDS.map(([kind, table, id]) => `SELECT '${kind}' AS kind, ${id} AS id FROM ${table}`);
    this.#strays = db.prepare(
      `SELECT id FROM (${all.join(' UNION ALL ')} EXCEPT SELECT kind, id FROM journal) LIMIT ?`,
    );
    this.#removeGone = db.prepare(`
      DELETE FROM journal WHERE number IN (
        SELECT number FROM journal WHERE at < ? AND kind != 'policy'
          AND NOT EXISTS (SELECT 1 FROM audit WHERE kind = 'audit' AND audit.id = journal.id)
          AND NOT EXISTS (SELECT 1 FROM decision WHERE kind = 'decision' AND made_id = journal.id)
          AND NOT EXISTS (SELECT 1 FROM event WHERE kind = 'decision' AND event.id = journal.id)
        LIMIT ?)`);
  }

  append(kind: JournalEntry['kind'], id: string, at: Timestamp): void {
    this.#insert.run(kind, id, at);
  }

  after(number: number, limit: number): readonly JournalRow[] {
    return this.#after.all(number, limit) as unknown as readonly JournalRow[];
  }

  strays(limit: number): readonly string[] {
    return (this.#strays.all(limit) as unknown as readonly { readonly id: string }[]).map(({ id }) => id);
  }

  /** Removes up to `limit` rows from before this whose record is gone. Returns how many. */
  removeGone(before: Timestamp, limit: number): number {
    return Number(this.#removeGone.run(before, limit).changes);
  }
}
