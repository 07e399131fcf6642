import type { DatabaseSync } from 'node:sqlite';
import type { Logger, SessionRecord, Timestamp } from '@aegis/model';
import { type Candidate, candidate } from './candidate.ts';
import { COPY_FILES, type CopyFile, partPath, plainPath } from './day-files.ts';
import { COMPRESSED } from './file-format.ts';
import type { SessionFiles, Span } from './session-files.ts';
import { countDay, SessionIndex } from './session-index.ts';
import { HOUR_MS, hourOf, recount } from './tallies.ts';
import { dayOf } from './utc-day.ts';

export interface FileRow {
  readonly id: number;
  readonly length: number;
}

/** Records read into memory together while a copy is made again. */
const COPY_BATCH = 500;

/**
 * The files as the index has them. Made for one write transaction, whose lock keeps every other process from
 * the files; where disk and index disagree the disk is put right, or what is gone from it is forgotten.
 */
export class CommittedFiles {
  readonly #db: DatabaseSync;
  readonly #files: SessionFiles;
  readonly #logger: Logger;
  readonly #now: Timestamp;

  constructor(db: DatabaseSync, files: SessionFiles, logger: Logger, now: Timestamp) {
    this.#db = db;
    this.#files = files;
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * Makes the file known. It has to be committed before the first byte is written: a file that the index knows
   * can be cut back after a crash, while one that it does not know is somebody's data and is taken in.
   */
  register(path: string): void {
    if (this.row(path) !== undefined) return;
    this.#db.prepare('INSERT INTO file (path, length) VALUES (?, 0)').run(path);
    const size = this.#files.size(path);
    if (isSessions(path) && size !== undefined && size > 0) this.#adopt(path);
  }

  /** A name for the file's next compressed part, made known before the file is there. */
  registerPart(plain: string): string {
    for (let n = 1; ; n++) {
      const path = partPath(plain, n);
      const row = this.row(path);
      if (row === undefined) this.#db.prepare('INSERT INTO file (path, length) VALUES (?, 0)').run(path);
      if ((row?.length ?? 0) === 0) return path;
    }
  }

  /**
   * Puts the compressed form in the place of what was committed of a file. The row keeps its id, so that what is
   * said of its sessions stays true; the file itself is empty from here on, and {@link sweep} removes it.
   */
  replaceByPart(plain: string, part: string, finished: string): void {
    const { id } = this.#known(plain);
    this.#files.rename(finished, part);
    this.#db.prepare('DELETE FROM file WHERE path = ?').run(part);
    this.#db.prepare('UPDATE file SET path = ? WHERE id = ?').run(part, id);
    this.#db.prepare('INSERT INTO file (path, length) VALUES (?, 0)').run(plain);
  }

  /** Removes the file where nothing of it counts. */
  sweep(path: string): void {
    if (this.row(path)?.length === 0) this.#files.remove(path);
  }

  append(
    path: string,
    records: readonly string[],
  ): { readonly file: number; readonly spans: readonly Span[] } {
    let row = this.#known(path);
    if ((this.#files.size(path) ?? 0) < row.length) {
      this.#recoverLost(path, row);
      row = this.#known(path);
    }
    const { length, spans } = this.#files.append(path, row.length, records);
    this.#setLength(row.id, length);
    return { file: row.id, spans };
  }

  /** Cuts off what a failed transaction left behind the committed length. */
  cutBack(path: string): void {
    const length = this.row(path)?.length;
    if (length !== undefined && (this.#files.size(path) ?? 0) > length) this.#files.restore(path, length);
  }

  /** Brings every file and the index together; for the start, after any crash. */
  recover(): void {
    for (const path of this.#files.sessionPaths()) this.register(path);
    const rows = this.#db.prepare('SELECT id, path, length FROM file ORDER BY id').all();
    for (const row of rows) {
      const path = String(row.path);
      const { id, length } = this.#known(path);
      const size = this.#files.size(path);
      // A damaged file is left as it is: what can be saved of it is for a person to say.
      if (size === undefined) this.#logger.error({ path }, 'a compressed file is damaged; restore it');
      else if (size < length) this.#recoverLost(path, { id, length });
      else if (length === 0) this.#files.remove(path);
      else if (!path.endsWith(COMPRESSED)) this.#files.restore(path, length);
    }
  }

  #recoverLost(path: string, row: FileRow): void {
    if (isSessions(path)) this.#forgetLost(path, row);
    else for (const copy of COPY_FILES) if (isCopy(path, copy)) this.#remake(plainPath(path), copy);
  }

  /** Somebody cut or removed the file: its sessions are no longer kept, and nothing may say that they are. */
  #forgetLost(path: string, { id }: FileRow): void {
    const size = this.#files.size(path) ?? 0;
    const lost = this.#db
      .prepare('DELETE FROM session WHERE file = ? AND offset + bytes > ? RETURNING id, start')
      .all(id, size);
    this.#db
      .prepare('DELETE FROM session_label WHERE session IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify(lost.map((row) => row.id)));
    const end = this.#db.prepare('SELECT max(offset + bytes) AS n FROM session WHERE file = ?').get(id)?.n;
    this.#setLength(id, Number(end ?? 0));
    if (size > 0) this.#files.restore(path, Number(end ?? 0));
    const starts = lost.map((row) => Number(row.start));
    for (const hour of new Set(starts.map(hourOf))) recount(this.#db, hour, hour + HOUR_MS);
    for (const [day, each] of Map.groupBy(starts, dayOf)) countDay(this.#db, day, -each.length);
    this.#logger.warn(
      { path, sessions: lost.length },
      'a session file was cut from outside: its sessions are gone',
    );
    this.#remakeCopies(path);
  }

  #remakeCopies(sessionsPath: string): void {
    for (const copy of COPY_FILES) {
      const path = plainPath(sessionsPath).replace('/sessions.', `/${copy.name}.`);
      if (this.row(path) !== undefined || this.#files.partsOf(path).length > 0) this.#remake(path, copy);
    }
  }

  /** From all parts of the day's sessions, into one file; `path` is that of the plain copy. */
  #remake(path: string, copy: CopyFile): void {
    this.register(path);
    for (const part of this.#partsOf(path)) this.#setLength(part.id, 0);
    for (const part of this.#files.partsOf(path)) this.#files.remove(part);
    const { id } = this.#known(path);
    let length = 0;
    const sources = this.#partsOf(path.replace(`/${copy.name}.`, '/sessions.'));
    const spans = this.#db
      .prepare(
        `SELECT path, offset, bytes FROM session JOIN file ON file.id = session.file
         WHERE file IN (SELECT value FROM json_each(?)) ORDER BY file, offset`,
      )
      .all(JSON.stringify(sources.map((each) => each.id)));
    for (let at = 0; at < spans.length; at += COPY_BATCH) {
      const records = spans
        .slice(at, at + COPY_BATCH)
        .map((row) =>
          this.#files.read(String(row.path), { offset: Number(row.offset), bytes: Number(row.bytes) }),
        )
        .filter((json) => copy.holds(JSON.parse(json) as SessionRecord));
      if (records.length > 0) length = this.#files.append(path, length, records).length;
    }
    this.#setLength(id, length);
  }

  /** The index was lost or removed: what the file holds is indexed again, as far as its lines are complete. */
  #adopt(path: string): void {
    const index = new SessionIndex(this.#db, this.#now);
    const { id } = this.#known(path);
    let sessions = 0;
    let length = 0;
    let others = 0;
    for (const { offset, line } of this.#files.lines(path)) {
      const json = line.endsWith(',') ? line.slice(0, -1) : line;
      const record = parseRecord(json);
      if (record === undefined) {
        if (json !== '[' && json !== ']') others++;
        continue;
      }
      length = offset + Buffer.byteLength(json);
      if (index.has(record.record.sess_uuid)) continue;
      index.add(record, { file: id, span: { offset, bytes: Buffer.byteLength(json) } });
      sessions++;
    }
    index.finish();
    // All of it is kept elsewhere: the file that was compressed, left by a crash before it was removed.
    if (sessions === 0 && others === 0) return;
    this.#setLength(id, length);
    this.#logger.warn({ path, sessions }, 'indexed a session file that the index did not know');
    this.#remakeCopies(path);
  }

  #partsOf(plain: string): readonly { readonly id: number; readonly path: string }[] {
    const folder = plain.slice(0, plain.lastIndexOf('/'));
    const rows = this.#db.prepare("SELECT id, path FROM file WHERE path GLOB ? || '/*'").all(folder);
    return rows
      .map((row) => ({ id: Number(row.id), path: String(row.path) }))
      .filter(({ path }) => plainPath(path) === plain);
  }

  row(path: string): FileRow | undefined {
    const row = this.#db.prepare('SELECT id, length FROM file WHERE path = ?').get(path);
    return row && { id: Number(row.id), length: Number(row.length) };
  }

  #known(path: string): FileRow {
    const row = this.row(path);
    if (row === undefined) throw new Error(`${path} was not registered`);
    return row;
  }

  #setLength(id: number, length: number): void {
    this.#db.prepare('UPDATE file SET length = ? WHERE id = ?').run(length, id);
  }
}

function isSessions(path: string): boolean {
  return path.includes('/sessions.');
}

function isCopy(path: string, { name }: CopyFile): boolean {
  return path.includes(`/${name}.`);
}

/** Undefined where the line is no record as this archive writes them. */
function parseRecord(json: string): Candidate | undefined {
  try {
    const record = JSON.parse(json) as SessionRecord;
    const isWhole =
      typeof record.sess_uuid === 'string' &&
      typeof record.user_agent === 'string' &&
      typeof record.threat_level === 'string' &&
      typeof record.risk_score === 'number' &&
      typeof record.request_count === 'number' &&
      Array.isArray(record.attack_types) &&
      Array.isArray(record.attack_patterns.mitre_attack);
    return isWhole ? candidate(record) : undefined;
  } catch {
    return undefined;
  }
}
