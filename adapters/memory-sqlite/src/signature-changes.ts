import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Rows kept: a process that reads less often than this many changes apart reads everything anew. */
const KEPT = 10_000;

export interface SignatureAdded {
  readonly pattern: number;
  readonly signature: string;
}

/**
 * The log of what happened to signatures, shared by the processes that share the file: each learns from it which
 * part of what it has read before is true no longer. Writes run within the caller's transaction.
 */
export class SignatureChanges {
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #last: StatementSync;
  readonly #since: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare('INSERT INTO signature_change (pattern, signature) VALUES (?, ?)');
    this.#trim = db.prepare('DELETE FROM signature_change WHERE seq <= ?');
    this.#last = db.prepare('SELECT max(seq) AS seq FROM signature_change');
    this.#since = db.prepare(
      'SELECT seq, pattern, signature FROM signature_change WHERE seq > ? ORDER BY seq',
    );
  }

  added(pattern: number, signature: string): void {
    this.#note(pattern, signature);
  }

  removed(): void {
    this.#note(null, null);
  }

  #note(pattern: number | null, signature: string | null): void {
    this.#trim.run(Number(this.#insert.run(pattern, signature).lastInsertRowid) - KEPT);
  }

  /** The newest; 0 where there is none. */
  last(): number {
    return Number((this.#last.get() as { readonly seq: number | null }).seq);
  }

  /** What was added after `seq`; undefined where more than that happened, or it is no longer known. */
  addedSince(seq: number): readonly SignatureAdded[] | undefined {
    const rows = this.#since.all(seq) as unknown as readonly (SignatureAdded & { readonly seq: number })[];
    const [first] = rows;
    if (first !== undefined && first.seq !== seq + 1) return undefined;
    return rows.some(({ pattern }) => pattern === null) ? undefined : rows;
  }
}
