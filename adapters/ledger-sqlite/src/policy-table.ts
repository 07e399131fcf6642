import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AegisError } from '@aegis/model';
import type { PolicyVersion } from '@aegis/ports';

/** Policy versions. Each method runs within the caller's transaction. */
export class PolicyTable {
  readonly #latest: StatementSync;
  readonly #insert: StatementSync;
  readonly #history: StatementSync;
  readonly #find: StatementSync;

  constructor(db: DatabaseSync) {
    this.#latest = db.prepare('SELECT coalesce(max(version), 0) AS version FROM policy WHERE name = ?');
    this.#insert = db.prepare(
      'INSERT INTO policy (name, version, at, author, reason, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#history = db.prepare(
      'SELECT name, version, at, author, reason, body FROM policy WHERE name = ? ORDER BY version DESC LIMIT ?',
    );
    this.#find = db.prepare(
      "SELECT name, version, at, author, reason, body FROM policy WHERE name || '@' || version = ?",
    );
  }

  /** The version with this `<name>@<version>`. */
  find(id: string): PolicyVersion | undefined {
    const row = this.#find.get(id);
    return row === undefined ? undefined : { ...(row as unknown as PolicyVersion) };
  }

  append({ name, version, at, author, reason, body }: PolicyVersion): void {
    const latest = (this.#latest.get(name) as { readonly version: number }).version;
    if (version !== latest + 1) {
      const message = `policy ${name} is at version ${latest}: version ${version} does not follow it; read it again and repeat the change`;
      throw new AegisError('policy_conflict', message);
    }
    this.#insert.run(name, version, at, author, reason, body);
  }

  history(name: string, limit: number): readonly PolicyVersion[] {
    return this.#history.all(name, limit).map((row) => ({ ...(row as unknown as PolicyVersion) }));
  }
}
