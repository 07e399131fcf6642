import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  AegisError,
  type Clock,
  type Logger,
  type SessionRecord,
  silentLogger,
  type Timestamp,
} from '@aegis/model';
import type {
  Archive,
  LearnedThreats,
  SeriesQuery,
  SeriesStep,
  SessionPage,
  SessionQuery,
  SessionStats,
  TimeRange,
} from '@aegis/ports';
import { Database } from '@aegis/sqlite';
import { type Candidate, candidate } from './candidate.ts';
import { CommittedFiles } from './committed-files.ts';
import { compressDays } from './compress-days.ts';
import { type ArchiveFormat, COPY_FILES, dayFile } from './day-files.ts';
import { DerivedFiles } from './derived-files.ts';
import { findSessions } from './find.ts';
import { MIGRATIONS } from './index-schema.ts';
import { RecordReader } from './record-reader.ts';
import { removeSomeOfDay } from './remove-day.ts';
import { sessionSeries } from './series.ts';
import { SessionFiles } from './session-files.ts';
import { SessionIndex } from './session-index.ts';
import { sessionStats } from './stats.ts';
import { learnedThreats } from './threat-intel.ts';
import { dayOf } from './utc-day.ts';

export interface FileArchiveOptions {
  /** The data directory; processes that name the same one share the archive. */
  readonly folder: string;
  readonly clock: Clock;
  /** How new sessions are written; default `jsonl`. What is there stays readable in any case. */
  readonly format?: ArchiveFormat;
  /** The statistics and threat-intelligence files are at most this old, ms; default 15,000. Less costs I/O. */
  readonly derivedEveryMs?: number;
  readonly logger?: Logger;
  /** Told, after each batch, how many bytes of new sessions are on disk, copies included. */
  readonly onWritten?: (bytes: number) => void;
}

/** Files remembered as registered; more are asked for again. */
const REGISTERED_LIMIT = 1_000;
/** Sessions removed in one transaction, which bounds how long it keeps writers out. */
const REMOVED_AT_ONCE = 250;
/** Page cache of the index: queries over a million sessions touch far more than SQLite's 2 MiB. */
const CACHE_MIB = 64;

/** Throws AegisError `archive_full` or `archive_unavailable` where the folder cannot be used. */
export async function openFileArchive(options: FileArchiveOptions): Promise<Archive> {
  const archive = new FileArchive(options);
  try {
    await archive.recover();
  } catch (error) {
    await archive.close();
    throw error;
  }
  return archive;
}

/**
 * Sessions as files a day, under `archive.db`, the index that makes them exactly-once. A batch is one write
 * transaction: leave out what is known, write the files behind their committed lengths, fsync, index, commit.
 * Killed before the commit, the bytes written do not count and the next writer writes over them.
 */
class FileArchive implements Archive {
  readonly #format: ArchiveFormat;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #database: Database;
  readonly #files: SessionFiles;
  readonly #reader: RecordReader;
  readonly #derived: DerivedFiles;
  readonly #registered = new Set<string>();
  readonly #onWritten: (bytes: number) => void;

  constructor({
    folder,
    clock,
    format = 'jsonl',
    derivedEveryMs = 15_000,
    logger = silentLogger,
    onWritten = () => {},
  }: FileArchiveOptions) {
    this.#onWritten = onWritten;
    this.#format = format;
    this.#clock = clock;
    this.#logger = logger;
    this.#database = Database.open({
      path: join(folder, 'archive.db'),
      migrations: MIGRATIONS,
      unavailable: 'archive_unavailable',
      full: 'archive_full',
      cacheMiB: CACHE_MIB,
    });
    this.#files = new SessionFiles(folder);
    this.#reader = new RecordReader(this.#files);
    this.#derived = new DerivedFiles({
      folder,
      clock,
      logger,
      database: this.#database,
      reader: this.#reader,
      everyMs: derivedEveryMs,
    });
  }

  async recover(): Promise<void> {
    await this.#write((db) => {
      this.#committed(db).recover();
      this.#derived.recover(db);
    });
    this.#derived.schedule();
  }

  async store(records: readonly SessionRecord[]): Promise<readonly boolean[]> {
    const candidates = records.map(candidate);
    const paths = this.#format === 'database' ? [] : this.#pathsOf(candidates, this.#format);
    await this.#register(paths);
    const isNew = await this.#write((db) => this.#keep(db, candidates)).catch(async (error: unknown) => {
      await this.#cutBack(paths);
      throw error;
    });
    if (isNew.includes(true)) {
      this.#derived.schedule();
      this.#onWritten(bytesOf(candidates.filter((_, i) => isNew[i])));
    }
    return isNew;
  }

  #keep(db: DatabaseSync, candidates: readonly Candidate[]): readonly boolean[] {
    const index = new SessionIndex(db, this.#clock.now());
    const committed = this.#committed(db);
    const seen = new Set<string>();
    const isNew = candidates.map(({ record }) => {
      const uuid = record.sess_uuid.toWellFormed();
      const fresh = !seen.has(uuid) && !index.has(uuid);
      seen.add(uuid);
      return fresh;
    });
    const days = Map.groupBy(
      candidates.filter((_, i) => isNew[i]),
      (each) => each.day,
    );
    for (const [day, sessions] of days) {
      this.#finishRemoval(db, day);
      this.#keepDay(committed, index, day, sessions);
    }
    index.finish();
    return isNew;
  }

  #keepDay(
    committed: CommittedFiles,
    index: SessionIndex,
    day: string,
    sessions: readonly Candidate[],
  ): void {
    if (this.#format === 'database') {
      for (const each of sessions) index.add(each);
      return;
    }
    const { file, spans } = committed.append(
      dayFile(day, 'sessions', this.#format),
      sessions.map((each) => each.json),
    );
    for (const [i, span] of spans.entries()) index.add(sessions[i] as Candidate, { file, span });
    for (const { name, holds } of COPY_FILES) {
      const held = sessions.filter((each) => holds(each.record)).map((each) => each.json);
      if (held.length > 0) committed.append(dayFile(day, name, this.#format), held);
    }
  }

  /** What is left behind does not count; it is only that people read the files too. */
  async #cutBack(paths: readonly string[]): Promise<void> {
    try {
      await this.#write((db) => {
        for (const path of paths) this.#committed(db).cutBack(path);
      });
    } catch (error) {
      this.#logger.warn({ error }, 'a failed batch could not be cut off its files yet; the next one does it');
    }
  }

  #pathsOf(candidates: readonly Candidate[], format: 'jsonl' | 'json'): readonly string[] {
    const paths = candidates.flatMap(({ day, record }) => [
      dayFile(day, 'sessions', format),
      ...COPY_FILES.filter(({ holds }) => holds(record)).map(({ name }) => dayFile(day, name, format)),
    ]);
    return [...new Set(paths)];
  }

  /** In a transaction of its own, see {@link CommittedFiles.register}. */
  async #register(paths: readonly string[]): Promise<void> {
    const unknown = paths.filter((path) => !this.#registered.has(path));
    if (unknown.length === 0) return;
    await this.#write((db) => {
      for (const path of unknown) this.#committed(db).register(path);
    });
    if (this.#registered.size > REGISTERED_LIMIT) this.#registered.clear();
    for (const path of unknown) this.#registered.add(path);
  }

  async get(id: string): Promise<SessionRecord | undefined> {
    return this.#read((db) => this.#reader.byUuid(db, id));
  }

  async find(query: SessionQuery): Promise<SessionPage> {
    return this.#read((db) => findSessions(db, this.#reader, query));
  }

  async stats(range: TimeRange): Promise<SessionStats> {
    return this.#read((db) => sessionStats(db, range));
  }

  async series(query: SeriesQuery): Promise<readonly SeriesStep[]> {
    return this.#read((db) => sessionSeries(db, query));
  }

  async intelligence(since: Timestamp): Promise<LearnedThreats> {
    return this.#read((db) => learnedThreats(db, this.#reader, since));
  }

  async retain(since: Timestamp, signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (const day of await this.#write((db) => this.#removable(db, since))) {
      for (let some = REMOVED_AT_ONCE; some === REMOVED_AT_ONCE; removed += some) {
        if (signal?.aborted === true) return removed;
        some = await this.#write((db) =>
          this.#isRemoving(db, day) ? removeSomeOfDay(db, this.#files, day, REMOVED_AT_ONCE) : 0,
        );
      }
    }
    if (removed > 0) this.#registered.clear();
    return removed;
  }

  /** Marks the days, so that one that is gone in part goes on being removed after a crash. */
  #removable(db: DatabaseSync, since: Timestamp): readonly string[] {
    db.prepare('UPDATE day SET removing = 1 WHERE day < ? AND touched < ?').run(dayOf(since), since);
    return db
      .prepare('SELECT day FROM day WHERE removing = 1 ORDER BY day')
      .all()
      .map((row) => String(row.day));
  }

  #isRemoving(db: DatabaseSync, day: string): boolean {
    return db.prepare('SELECT removing FROM day WHERE day = ?').get(day)?.removing === 1;
  }

  /** A session for a day that is going: the rest goes at once, for its files may not be added to. Rare. */
  #finishRemoval(db: DatabaseSync, day: string): void {
    if (!this.#isRemoving(db, day)) return;
    while (removeSomeOfDay(db, this.#files, day, REMOVED_AT_ONCE) === REMOVED_AT_ONCE);
  }

  async compact(before: Timestamp, signal?: AbortSignal): Promise<number> {
    try {
      return await compressDays(
        {
          files: this.#files,
          clock: this.#clock,
          write: (work) => this.#write(work),
          committed: (db) => this.#committed(db),
        },
        before,
        signal,
      );
    } catch (error) {
      throw archiveFault(error);
    }
  }

  async days(): Promise<readonly string[]> {
    return this.#read((db) => {
      const rows = db.prepare('SELECT day FROM day WHERE sessions > 0 ORDER BY day').all();
      return rows.map((row) => String(row.day));
    });
  }

  async close(): Promise<void> {
    await this.#derived.close();
    await this.#database.close();
  }

  #committed(db: DatabaseSync): CommittedFiles {
    return new CommittedFiles(db, this.#files, this.#logger, this.#clock.now());
  }

  #read<T>(query: (db: DatabaseSync) => T): T {
    try {
      return this.#database.read(query);
    } catch (error) {
      if (!isMissingFile(error)) throw archiveFault(error);
    }
    // Another process compressed or removed the day between the look into the index and the one at the file.
    try {
      return this.#database.read(query);
    } catch (error) {
      throw archiveFault(error);
    }
  }

  async #write<T>(work: (db: DatabaseSync) => T): Promise<T> {
    try {
      return await this.#database.write(work);
    } catch (error) {
      throw archiveFault(error);
    }
  }
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function bytesOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { json, record }) => {
    const copies = COPY_FILES.filter(({ holds }) => holds(record)).length;
    return sum + Buffer.byteLength(json) * (1 + copies);
  }, 0);
}

/** Faults of the file system as the port names them. */
function archiveFault(error: unknown): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : undefined;
  if (code === undefined) return error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new AegisError(isFull ? 'archive_full' : 'archive_unavailable', (error as Error).message, {
    cause: error,
  });
}
