import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RegistryEntry } from '@aegis/ports';
import type { ChangeLog } from './change-log.ts';

/** The keys as they are now; every change is logged. Each method runs within the caller's transaction or read. */
export class EntryTable {
  readonly #log: ChangeLog;
  readonly #get: StatementSync;
  readonly #list: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #ofLease: StatementSync;

  constructor(db: DatabaseSync, log: ChangeLog) {
    this.#log = log;
    this.#get = db.prepare('SELECT key, value, version, revision FROM entry WHERE key = ?');
    this.#list = db.prepare(`
      SELECT key, value, version, revision FROM entry
      WHERE key >= :prefix AND key <= :prefix || char(1114111) ORDER BY key`);
    this.#put = db.prepare(`
      INSERT INTO entry (key, value, version, revision, lease) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version,
        revision = excluded.revision, lease = excluded.lease`);
    this.#delete = db.prepare('DELETE FROM entry WHERE key = ?');
    this.#ofLease = db.prepare('SELECT key FROM entry WHERE lease = ? ORDER BY key');
  }

  get(key: string): RegistryEntry | undefined {
    const row = this.#get.get(key);
    return row === undefined ? undefined : { ...(row as unknown as RegistryEntry) };
  }

  list(prefix: string): readonly RegistryEntry[] {
    return this.#list.all({ prefix }).map((row) => ({ ...(row as unknown as RegistryEntry) }));
  }

  put(key: string, value: string, lease: string | undefined): RegistryEntry {
    const version = (this.get(key)?.version ?? 0) + 1;
    const revision = this.#log.append(key, value, version);
    this.#put.run(key, value, version, revision, lease ?? null);
    return { key, value, version, revision };
  }

  /** Whether it was there. */
  delete(key: string): boolean {
    const deleted = this.#delete.run(key).changes === 1;
    if (deleted) this.#log.append(key, null, null);
    return deleted;
  }

  deleteOfLease(lease: string): void {
    for (const { key } of this.#ofLease.all(lease) as unknown as readonly { readonly key: string }[])
      this.delete(key);
  }
}
