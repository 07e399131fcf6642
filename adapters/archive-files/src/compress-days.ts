import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, Timestamp } from '@aegis/model';
import type { CommittedFiles } from './committed-files.ts';
import { compressFile } from './compressed-file.ts';
import { COMPRESSED, formatOf } from './file-format.ts';
import { holdLease, releaseLease } from './lease.ts';
import type { SessionFiles } from './session-files.ts';
import { dayOf } from './utc-day.ts';

export interface CompressOptions {
  readonly files: SessionFiles;
  readonly clock: Clock;
  readonly write: <T>(work: (db: DatabaseSync) => T) => Promise<T>;
  readonly committed: (db: DatabaseSync) => CommittedFiles;
}

const LEASE = 'compress';
const CHUNK_BYTES = 1024 * 1024;
/** Late sessions of a day that is compressed already stay plain until they are worth a part of their own. */
const LATE_BYTES = 1024 * 1024;

interface Picked {
  readonly plain: string;
  readonly length: number;
  readonly part: string;
}

/**
 * Compresses the files of closed days one by one and returns how many. Each step leaves a whole file that counts:
 * 1. the name of the compressed form is made known, as one of which nothing counts yet;
 * 2. the form is written beside under a name of its own and synced, outside of any transaction;
 * 3. in one transaction, if nothing was added meanwhile, it gets its name and counts instead of the plain file;
 * 4. the plain file, of which nothing counts any more, is removed.
 * What a crash leaves of 2 to 4 is removed at the next start or by the next call.
 */
export async function compressDays(
  options: CompressOptions,
  before: Timestamp,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { clock, write } = options;
  const holder = randomUUID();
  let done = 0;
  try {
    for (const plain of await write((db) => closedFiles(db, before))) {
      if (signal?.aborted === true) break;
      const picked = await write((db) => {
        if (!holdLease(db, LEASE, holder, clock)) return undefined;
        return pick(db, options.committed(db), plain, before);
      });
      if (picked !== undefined && (await compressOne(options, picked, holder, before, signal))) done++;
    }
  } finally {
    await write((db) => releaseLease(db, LEASE, holder));
  }
  return done;
}

/** Plain files of days that ended, and were last added to, before this; the oldest first. */
function closedFiles(db: DatabaseSync, before: Timestamp, only: string | null = null): readonly string[] {
  const rows = db
    .prepare(
      `SELECT path FROM file
       JOIN day ON day.day = substr(path, 10, instr(substr(path, 10), '/') - 1)
       WHERE day.day < ?1 AND touched < ?2 AND removing = 0 AND length > 0
         AND path NOT GLOB '*.zst' AND path = coalesce(?3, path)
       ORDER BY path`,
    )
    .all(dayOf(before), before, only);
  return rows.map((row) => String(row.path));
}

function pick(
  db: DatabaseSync,
  committed: CommittedFiles,
  plain: string,
  before: Timestamp,
): Picked | undefined {
  const length = committed.row(plain)?.length ?? 0;
  const part = committed.registerPart(plain);
  const isLate = part !== `${plain}${COMPRESSED}`;
  const isClosed = closedFiles(db, before, plain).length === 1;
  if (!isClosed || (isLate && length < LATE_BYTES)) return undefined;
  return { plain, length, part };
}

async function compressOne(
  { files, clock, write, committed }: CompressOptions,
  { plain, length, part }: Picked,
  holder: string,
  before: Timestamp,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const finished = `${part}.${holder}.tmp`;
  try {
    await compressFile(contentOf(files, plain, length, signal), files.full(finished));
    const isDone = await write((db) => {
      const isMine = holdLease(db, LEASE, holder, clock);
      const isSame = committed(db).row(plain)?.length === length && committed(db).row(part)?.length === 0;
      if (!isMine || !isSame || closedFiles(db, before, plain).length === 0) return false;
      committed(db).replaceByPart(plain, part, finished);
      return true;
    });
    if (isDone) await write((db) => committed(db).sweep(plain));
    return isDone;
  } catch (error) {
    // Renamed and not committed: it does not count, and would look as if the day were there twice.
    await write((db) => committed(db).sweep(part)).catch(() => {});
    if (signal?.aborted === true) return false;
    throw error;
  } finally {
    await unlink(files.full(finished)).catch(ignoreMissing);
  }
}

async function* contentOf(
  files: SessionFiles,
  path: string,
  length: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < length; ) {
    signal?.throwIfAborted();
    const chunk = files.bytes(path, { offset, bytes: Math.min(CHUNK_BYTES, length - offset) });
    if (chunk.length === 0) throw new Error(`${path} is shorter than what was committed of it`);
    yield chunk;
    offset += chunk.length;
    await turn();
  }
  yield Buffer.from(formatOf(path).closing);
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
