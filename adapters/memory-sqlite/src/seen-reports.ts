import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Of SHA-256; two of 2^64 reports may collide. */
const DIGEST_BYTES = 16;

/** The ids of the reports that were counted, the newest of them. */
export class SeenReports {
  readonly #keep: number;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;

  constructor(db: DatabaseSync, keep: number) {
    this.#keep = keep;
    this.#insert = db.prepare('INSERT INTO seen (digest) VALUES (?) ON CONFLICT DO NOTHING');
    this.#trim = db.prepare('DELETE FROM seen WHERE seq <= ?');
  }

  /** Remembers them. Those that were new. Runs within the caller's transaction. */
  fresh<R extends { readonly report: string }>(reports: readonly R[]): readonly R[] {
    let last = 0;
    const fresh = reports.filter(({ report }) => {
      const digest = hash('sha256', report, 'buffer').subarray(0, DIGEST_BYTES);
      const { changes, lastInsertRowid } = this.#insert.run(digest);
      if (changes === 0) return false;
      last = Number(lastInsertRowid);
      return true;
    });
    if (last > this.#keep) this.#trim.run(last - this.#keep);
    return fresh;
  }
}
