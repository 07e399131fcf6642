import { randomBytes } from 'node:crypto';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Finding, FindingCounts, NumberedFinding } from '@aegis/fleet';
import { AegisError } from '@aegis/model';

export interface FindingBufferOptions {
  readonly path: string;
  /** Of findings that wait, as JSON; more are dropped and counted. */
  readonly mostBytes: number;
}

const SQLITE_BUSY = 5;
const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -512;
  CREATE TABLE IF NOT EXISTS held (
    sequence INTEGER PRIMARY KEY, plugin TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS counts (
    one INTEGER PRIMARY KEY CHECK (one = 1), buffer TEXT NOT NULL, last INTEGER NOT NULL,
    made INTEGER NOT NULL, sent INTEGER NOT NULL, dropped INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
`;

/**
 * Findings on their way to a server, on disk and bounded. Each step is one transaction, so that
 * `made = sent + dropped + held` holds whenever the process dies. When it is full the new ones are dropped: what came
 * first tells how an attack began.
 */
export class FindingBuffer {
  readonly name: string;
  readonly #db: DatabaseSync;
  readonly #mostBytes: number;
  readonly #insert: StatementSync;
  readonly #drop: StatementSync;
  readonly #keep: StatementSync;
  readonly #peek: StatementSync;
  readonly #forget: StatementSync;
  readonly #acked: StatementSync;
  readonly #sum: StatementSync;
  readonly #counts: StatementSync;

  /** Also sees to it that one agent at a time uses the folder. Throws AegisError `buffer_unusable`. */
  constructor({ path, mostBytes }: FindingBufferOptions) {
    this.#mostBytes = mostBytes;
    try {
      this.#db = new DatabaseSync(path, { timeout: 0 });
      this.#db.exec(SCHEMA);
      this.#db
        .prepare('INSERT OR IGNORE INTO counts VALUES (1, ?, 0, 0, 0, 0, 0)')
        .run(randomBytes(12).toString('hex'));
    } catch (cause) {
      const isLocked = (cause as { readonly errcode?: number }).errcode === SQLITE_BUSY;
      const why = isLocked ? 'another agent uses it; stop it, or take another state_dir' : String(cause);
      throw new AegisError('buffer_unusable', `${path} cannot be used: ${why}`, { cause });
    }
    const prepare = (sql: string): StatementSync => this.#db.prepare(sql);
    this.#insert = prepare('INSERT INTO held VALUES (?, ?, ?)');
    this.#drop = prepare('UPDATE counts SET last = last + 1, made = made + 1, dropped = dropped + 1');
    this.#keep = prepare(
      'UPDATE counts SET last = last + 1, made = made + 1, bytes = bytes + ? RETURNING last',
    );
    this.#peek = prepare('SELECT sequence, plugin, body FROM held ORDER BY sequence LIMIT ?');
    this.#forget = prepare('DELETE FROM held WHERE sequence <= ?');
    this.#acked = prepare('UPDATE counts SET sent = sent + ?, bytes = bytes - ?');
    this.#sum = prepare(
      'SELECT count(*) AS held, coalesce(sum(length(CAST(body AS BLOB))), 0) AS bytes FROM held WHERE sequence <= ?',
    );
    this.#counts = prepare('SELECT buffer, made, sent, dropped, bytes FROM counts');
    this.name = (this.#counts.get() as { readonly buffer: string }).buffer;
  }

  /** False where there was no room: it is counted as dropped. */
  put(plugin: string, finding: Finding): boolean {
    const body = JSON.stringify(finding);
    const size = Buffer.byteLength(body);
    const { bytes } = this.#counts.get() as { readonly bytes: number };
    if (bytes + size > this.#mostBytes) {
      this.#drop.run();
      return false;
    }
    this.#transact(() => {
      const { last } = this.#keep.get(size) as { readonly last: number };
      this.#insert.run(last, plugin, body);
    });
    return true;
  }

  /** The oldest, no more than `most` and some `bytes` of them. */
  peek(most: number, bytes: number): readonly NumberedFinding[] {
    const batch: NumberedFinding[] = [];
    let size = 0;
    for (const row of this.#peek.all(most)) {
      const { sequence, plugin, body } = row as Omit<NumberedFinding, 'finding'> & { readonly body: string };
      size += body.length;
      if (batch.length > 0 && size > bytes) break;
      batch.push({ sequence, plugin, finding: JSON.parse(body) as Finding });
    }
    return batch;
  }

  /** A server has everything up to this number. */
  acknowledge(upto: number): void {
    this.#transact(() => {
      const { held, bytes } = this.#sum.get(upto) as { readonly held: number; readonly bytes: number };
      if (held === 0) return;
      this.#forget.run(upto);
      this.#acked.run(held, bytes);
    });
  }

  get counts(): FindingCounts {
    const { made, sent, dropped } = this.#counts.get() as Record<'made' | 'sent' | 'dropped', number>;
    return { made, sent, dropped, held: made - sent - dropped };
  }

  close(): void {
    this.#db.close();
  }

  #transact(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
