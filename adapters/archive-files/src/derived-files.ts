import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Logger } from '@aegis/model';
import type { Database } from '@aegis/sqlite';
import type { RecordReader } from './record-reader.ts';
import { replaceFile } from './replace-file.ts';
import { sessionStats } from './stats.ts';
import { learnedThreats } from './threat-intel.ts';
import { rangeOfDay } from './utc-day.ts';

export interface DerivedFilesOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly database: Database;
  readonly reader: RecordReader;
  readonly everyMs: number;
}

/** Days brought up to date in one transaction, which bounds how long it keeps writers out. */
const DAYS_AT_ONCE = 10;
/** What `threat_intel/` covers. */
const INTEL_WINDOW_MS = 30 * 86_400_000;

/**
 * `stats/` and `threat_intel/`: views of the index for people and other programs, never read back. The index
 * remembers which days' files are behind, so that a crash or a full disk only makes them late. They are written
 * under the write lock: of two processes the one with the older picture cannot be the last to write.
 */
export class DerivedFiles {
  readonly #options: DerivedFilesOptions;
  #timer: NodeJS.Timeout | undefined;
  #updating: Promise<void> = Promise.resolve();

  constructor(options: DerivedFilesOptions) {
    this.#options = options;
  }

  /** Days whose file somebody removed are behind. */
  recover(db: DatabaseSync): void {
    const { folder } = this.#options;
    const hasIntel = existsSync(join(folder, intelPath('payloads')));
    const forget = db.prepare('UPDATE day SET written = 0 WHERE day = ?');
    for (const row of db.prepare('SELECT day FROM day').all()) {
      const day = String(row.day);
      if (!hasIntel || !existsSync(join(folder, statsPath(day)))) forget.run(day);
    }
  }

  /** Something changed: the files will follow within `everyMs`. */
  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#updating = this.#update();
    }, this.#options.everyMs).unref();
  }

  /** Writes what is behind. */
  async close(): Promise<void> {
    await this.#updating;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#update();
  }

  async #update(): Promise<void> {
    const { database, logger } = this.#options;
    try {
      while (await database.write((db) => this.#writeStale(db)));
    } catch (error) {
      logger.warn({ error }, 'cannot write the derived files; trying again after the next session');
    }
  }

  /** Whether there may be more to do. */
  #writeStale(db: DatabaseSync): boolean {
    const { folder, clock, reader } = this.#options;
    const stale = db
      .prepare('SELECT day, version FROM day WHERE written < version ORDER BY day LIMIT ?')
      .all(DAYS_AT_ONCE);
    if (stale.length === 0) return false;
    const generated_at = new Date(clock.now()).toISOString();
    const write = (path: string, content: object): void =>
      replaceFile(join(folder, path), `${JSON.stringify({ generated_at, ...content }, undefined, 2)}\n`);
    for (const row of stale) {
      const day = String(row.day);
      write(statsPath(day), { day, ...sessionStats(db, rangeOfDay(day)) });
      db.prepare('UPDATE day SET written = ? WHERE day = ?').run(Number(row.version), day);
    }
    const threats = learnedThreats(db, reader, clock.now() - INTEL_WINDOW_MS);
    const { malicious_ips, attack_types, techniques, payloads } = threats;
    write(intelPath('malicious_ips'), { malicious_ips });
    write(intelPath('attack_patterns'), { attack_types, techniques });
    write(intelPath('payloads'), { payloads });
    return stale.length === DAYS_AT_ONCE;
  }
}

function statsPath(day: string): string {
  return `stats/${day}_stats.json`;
}

function intelPath(name: string): string {
  return `threat_intel/${name}.json`;
}
