import { type FileHandle, open, stat } from 'node:fs/promises';
import { headOfBytes, type LogHead, type LogPlace } from './log-place.ts';
import { type LogFile, rotatedLogs } from './rotated-logs.ts';

export interface FollowedLogOptions {
  /** Absolute. */
  readonly path: string;
  /** Where a log is begun for which there is no place. */
  readonly from: 'end' | 'beginning';
  readonly place?: LogPlace;
}

/** What was written to a log. */
export interface LogChunk {
  readonly bytes: Buffer;
  /** Of the first byte, in its file. */
  readonly offset: number;
  /** The first of a file, perhaps empty yet: what came before has ended, and no line goes on here. */
  readonly begins: boolean;
}

const CHUNK_BYTES = 65_536;
const HEAD_BYTES = 1_024;
/** A log that was renamed is left after so many looks in vain, once something stands in its successor ... */
const QUIET_LOOKS = 5;
/** ... or after so many in all, whatever is still written to it. */
const PATIENT_LOOKS = 50;

/**
 * Reads a log on as it grows, whatever rotation does to it:
 *
 * - Renamed: it is read to its end, and on for as long as its writer still has it open; then the next one.
 * - Copied and truncated: what was written before the copy and not read yet is read from the copy.
 * - While nobody looked: the file of the place is found by its inode and its beginning, under its own name or a rotated
 *   one; those that were rotated after it follow, in the order in which they were written last.
 *
 * Compressed files are not read: what was rotated and compressed while nobody looked is lost.
 */
export class FollowedLog {
  readonly #path: string;
  readonly #options: FollowedLogOptions;
  #file: FileHandle | undefined;
  #inode = 0;
  #offset = 0;
  #head: Buffer = Buffer.alloc(0);
  #begins = true;
  /** Looks at a renamed file since it grew last, and in all. */
  #quiet = 0;
  #looks = 0;
  #wasAway = false;

  constructor(options: FollowedLogOptions) {
    this.#path = options.path;
    this.#options = options;
  }

  /**
   * What comes next; undefined where there is nothing now. One call at a time. Throws the system's error where nothing
   * can be read; it can be called again then.
   */
  async next(): Promise<LogChunk | undefined> {
    if (this.#file === undefined) await this.#begin();
    let chunk = await this.#read();
    if (chunk === undefined && (await this.#outlivesTruncation())) chunk = await this.#read();
    if (chunk !== undefined) {
      this.#quiet = 0;
      return chunk;
    }
    return (await this.#moveOn()) ? this.#read() : undefined;
  }

  /** Of a byte that it told, in the file that it reads now. */
  place(offset: number): LogPlace {
    return { inode: this.#inode, offset, head: headOfBytes(this.#head.subarray(0, offset)) };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #read(): Promise<LogChunk | undefined> {
    if (this.#file === undefined) return undefined;
    const { buffer, bytesRead } = await this.#file.read(
      Buffer.allocUnsafe(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      this.#offset,
    );
    if (bytesRead === 0 && !this.#begins) return undefined;
    // Emptied and grown beyond our place before it was read: these would be bytes from the middle of anything.
    if (!(await this.#isOurs(this.#file))) return undefined;
    const bytes = buffer.subarray(0, bytesRead);
    const chunk = { bytes, offset: this.#offset, begins: this.#begins };
    if (this.#head.length < HEAD_BYTES && this.#head.length === this.#offset)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES - this.#head.length)]);
    this.#offset += bytesRead;
    this.#begins = false;
    return chunk;
  }

  async #begin(): Promise<void> {
    const { place, from } = this.#options;
    const found = place === undefined ? undefined : await this.#find(place);
    if (place !== undefined && found !== undefined) {
      await this.#open(found, place.offset);
      return;
    }
    const now = await this.#named();
    if (now === undefined) {
      // What appears later was never read: all of it is new.
      this.#wasAway = true;
      // For its error.
      await stat(this.#path);
      return;
    }
    const isNew = place === undefined && from === 'end' && !this.#wasAway;
    await this.#open(now, isNew ? now.stats.size : 0);
  }

  /** Where what is open was emptied since: goes on in the copy that was made before, or else at its new beginning. */
  async #outlivesTruncation(): Promise<boolean> {
    if (this.#file === undefined) return false;
    const { size } = await this.#file.stat();
    if (size >= this.#offset && (await this.#isOurs(this.#file))) return false;
    // Without one byte read, a copy of it cannot be known.
    const isKnown = this.#offset > 0;
    const copy = isKnown ? await this.#find(this.place(this.#offset), { copies: true }) : undefined;
    if (copy !== undefined) return this.#open(copy, this.#offset, { goesOn: true });
    this.#offset = 0;
    this.#head = Buffer.alloc(0);
    this.#begins = true;
    return true;
  }

  /** At the end of what is open: whether there is another file, which is open then. */
  async #moveOn(): Promise<boolean> {
    const now = await this.#named();
    // Renamed, and its successor is not there yet; or still the same.
    if (now === undefined || now.stats.ino === this.#inode) return false;
    const next = (await this.#rotatedNext()) ?? now;
    this.#quiet += 1;
    this.#looks += 1;
    const isQuiet = this.#quiet >= QUIET_LOOKS || this.#looks >= PATIENT_LOOKS;
    if (next === now && (now.stats.size === 0 || !isQuiet)) return false;
    // Whatever was done to it between the look at its end and the look at its name.
    if (!(await this.#isAtItsEnd(this.#file))) return false;
    return this.#open(next, 0);
  }

  /** The one that was rotated next after the one that is open. */
  async #rotatedNext(): Promise<LogFile | undefined> {
    const all = await rotatedLogs(this.#path);
    const at = all.findIndex(({ stats }) => stats.ino === this.#inode);
    return at < 0 ? undefined : all[at + 1];
  }

  /** The file in which this place is: the log itself or a rotated one. */
  async #find(place: LogPlace, { copies = false } = {}): Promise<LogFile | undefined> {
    const named = await this.#named();
    const rotated = await rotatedLogs(this.#path).catch(() => []);
    const all = [...(copies || named === undefined ? [] : [named]), ...rotated.toReversed()];
    const likely = all.filter(({ stats }) => stats.size >= place.offset);
    const isSame = ({ stats }: LogFile): boolean => stats.ino === place.inode;
    for (const each of [...likely.filter(isSame), ...likely.filter((other) => !isSame(other))]) {
      const { head } = place;
      // A beginning of no bytes is everybody's.
      const isKnown =
        head === undefined || head.bytes === 0 ? isSame(each) : await beginsWith(each.path, head);
      if (isKnown) return each;
    }
    return undefined;
  }

  /** What has the log's name; undefined where nothing has. */
  async #named(): Promise<LogFile | undefined> {
    try {
      return { path: this.#path, stats: await stat(this.#path) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #isAtItsEnd(file: FileHandle | undefined): Promise<boolean> {
    return file !== undefined && (await file.stat()).size === this.#offset && (await this.#isOurs(file));
  }

  /** Whether it is not another one, in its place, that was begun after it was emptied. */
  async #isOurs(file: FileHandle): Promise<boolean> {
    return this.#head.equals(await headOf(file, this.#head.length));
  }

  /** False where it is no longer that file that has this path. */
  async #open({ path, stats }: LogFile, offset: number, { goesOn = false } = {}): Promise<boolean> {
    const file = await open(path);
    if ((await file.stat()).ino !== stats.ino) {
      await file.close();
      return false;
    }
    await this.#file?.close();
    this.#file = file;
    this.#inode = stats.ino;
    this.#offset = offset;
    this.#begins = !goesOn;
    this.#quiet = 0;
    this.#looks = 0;
    this.#head = await headOf(file, Math.min(offset, HEAD_BYTES));
    return true;
  }
}

async function beginsWith(path: string, head: LogHead): Promise<boolean> {
  const file = await open(path);
  try {
    return headOfBytes(await headOf(file, head.bytes)).sha256 === head.sha256;
  } finally {
    await file.close();
  }
}

async function headOf(file: FileHandle, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}
