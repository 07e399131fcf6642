import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AegisError } from '@aegis/model';
import type { RegistryChange } from '@aegis/ports';

interface ChangeRow {
  readonly revision: number;
  readonly key: string;
  readonly value: string | null;
  readonly version: number | null;
}

/** Some changes of a prefix, and the revision up to which there are no others. */
export interface ChangeBatch {
  readonly changes: readonly RegistryChange[];
  readonly upTo: number;
}

/** The newest changes in order of revision. Each method runs within the caller's transaction or read. */
export class ChangeLog {
  readonly #keep: number;
  readonly #state: StatementSync;
  readonly #advance: StatementSync;
  readonly #insert: StatementSync;
  readonly #trim: StatementSync;
  readonly #after: StatementSync;

  constructor(db: DatabaseSync, keepRevisions: number) {
    this.#keep = keepRevisions;
    this.#state = db.prepare('SELECT revision, compacted FROM state');
    this.#advance = db.prepare(`
      UPDATE state SET revision = revision + 1, compacted = max(compacted, revision + 1 - ?)
      RETURNING revision, compacted`);
    this.#insert = db.prepare('INSERT INTO change (revision, key, value, version) VALUES (?, ?, ?, ?)');
    this.#trim = db.prepare('DELETE FROM change WHERE revision <= ?');
    this.#after = db.prepare(`
      SELECT revision, key, value, version FROM change
      WHERE revision > :after AND revision <= :newest AND key >= :prefix AND key <= :prefix || char(1114111)
      ORDER BY revision LIMIT :limit`);
  }

  /** The newest revision. */
  revision(): number {
    return (this.#state.get() as { readonly revision: number }).revision;
  }

  /** Writes a put, or a delete where there is no value, under the next revision, and returns that. */
  append(key: string, value: string | null, version: number | null): number {
    const { revision, compacted } = this.#advance.get(this.#keep) as {
      readonly revision: number;
      readonly compacted: number;
    };
    this.#insert.run(revision, key, value, version);
    this.#trim.run(compacted);
    return revision;
  }

  /** Throws AegisError `compacted` where some changes since `after` are gone. */
  read(prefix: string, after: number, limit: number): ChangeBatch {
    const newest = this.revision();
    const rows = this.#after.all({ after, newest, prefix, limit }) as unknown as readonly ChangeRow[];
    // Asked last: another process may have compacted since the rows were read, and never takes it back.
    const { compacted } = this.#state.get() as { readonly compacted: number };
    if (after < compacted) {
      const message = `changes up to revision ${compacted} are gone; list, then watch from the newest revision`;
      throw new AegisError('compacted', message);
    }
    const upTo = rows.length < limit ? Math.max(after, newest) : (rows.at(-1) as ChangeRow).revision;
    return { changes: rows.map(changeOf), upTo };
  }
}

function changeOf({ revision, key, value, version }: ChangeRow): RegistryChange {
  return value === null || version === null
    ? { kind: 'delete', key, revision }
    : { kind: 'put', entry: { key, value, version, revision } };
}
