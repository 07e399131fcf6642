import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  globSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CompressedFiles } from './compressed-file.ts';
import { COMPRESSED, formatOf } from './file-format.ts';
import { readAll } from './read-all.ts';

const NEWLINE = 10;
const CHUNK_BYTES = 1024 * 1024;

/** Where one record stands in its file, in bytes. */
export interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The bytes on disk; which of them count is the index's to say. `path` is relative to the archive's folder. A
 * compressed file is read like any other and never written to: offsets and sizes are those of its content.
 */
export class SessionFiles {
  readonly #folder: string;
  readonly #compressed = new CompressedFiles();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** 0 where the file does not exist; undefined where it is compressed and damaged. */
  size(path: string): number | undefined {
    const full = join(this.#folder, path);
    const size = statSync(full, { throwIfNoEntry: false })?.size ?? 0;
    return size > 0 && path.endsWith(COMPRESSED) ? this.#compressed.contentBytes(full) : size;
  }

  /**
   * Writes the records behind the committed `length`, over whatever stands there, and waits for the disk. Gives
   * each one's place and the new length, which leaves out the format's closing.
   */
  append(
    path: string,
    length: number,
    records: readonly string[],
  ): { length: number; spans: readonly Span[] } {
    const { opening, separator, closing } = formatOf(path);
    const spans: Span[] = [];
    const parts: string[] = [];
    let end = length;
    for (const record of records) {
      const before = end === 0 ? opening : separator;
      const bytes = Buffer.byteLength(record);
      parts.push(before, record);
      spans.push({ offset: end + before.length, bytes });
      end += before.length + bytes;
    }
    const data = Buffer.from(parts.join('') + closing);
    this.#open(path, (fd) => {
      if (fstatSync(fd).size > length + data.length) ftruncateSync(fd, length);
      writeAll(fd, data, length);
      fsyncSync(fd);
    });
    return { length: end, spans };
  }

  /** Brings the file to exactly its committed `length` and the closing; without any there is no file. */
  restore(path: string, length: number): void {
    if (length === 0) {
      this.remove(path);
      return;
    }
    const closing = Buffer.from(formatOf(path).closing);
    this.#open(path, (fd) => {
      const { size } = fstatSync(fd);
      if (size === length + closing.length && readAll(fd, length, closing.length).equals(closing)) return;
      if (size > length) ftruncateSync(fd, length);
      writeAll(fd, closing, length);
      fsyncSync(fd);
    });
  }

  read(path: string, { offset, bytes }: Span): string {
    return this.bytes(path, { offset, bytes }).toString();
  }

  bytes(path: string, { offset, bytes }: Span): Buffer {
    const full = join(this.#folder, path);
    if (path.endsWith(COMPRESSED)) return this.#compressed.read(full, offset, bytes);
    const fd = openSync(full, 'r');
    try {
      return readAll(fd, offset, bytes);
    } finally {
      closeSync(fd);
    }
  }

  /** The complete lines with their offsets; a last one without its end is left out. */
  *lines(path: string): Generator<{ readonly offset: number; readonly line: string }> {
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 0; ; ) {
      const chunk = this.bytes(path, { offset: at + rest.length, bytes: CHUNK_BYTES });
      if (chunk.length === 0) return;
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        yield { offset: at, line: rest.toString('utf8', 0, end) };
        at += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
  }

  /** The session files there are, whether the index knows them or not; compressed ones first, being older. */
  sessionPaths(): readonly string[] {
    const pattern = 'sessions/*/sessions.{,*.}{jsonl,json}{,.zst}';
    const paths = globSync(pattern, { cwd: this.#folder }).toSorted();
    return paths.toSorted((a, b) => Number(b.endsWith(COMPRESSED)) - Number(a.endsWith(COMPRESSED)));
  }

  /** A plain file and its compressed parts, those that are there. */
  partsOf(plain: string): readonly string[] {
    const dot = plain.lastIndexOf('.');
    return globSync(`${plain.slice(0, dot)}.{,*.}${plain.slice(dot + 1)}{,.zst}`, { cwd: this.#folder });
  }

  /** Puts a whole file in the place of another, or where none was. */
  rename(from: string, to: string): void {
    renameSync(join(this.#folder, from), join(this.#folder, to));
    syncFolder(join(this.#folder, dirname(to)));
  }

  /** There may be none. */
  remove(path: string): void {
    rmSync(join(this.#folder, path), { force: true });
  }

  /** Removes the day's folder with what was never finished in it; what else somebody put there stays. */
  removeDay(day: string): void {
    const folder = join(this.#folder, 'sessions', day);
    for (const name of globSync('*.tmp', { cwd: folder })) rmSync(join(folder, name), { force: true });
    try {
      rmdirSync(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    }
  }

  /** The absolute path, for what is done outside of transactions. */
  full(path: string): string {
    return join(this.#folder, path);
  }

  #open(path: string, use: (fd: number) => void): void {
    const full = join(this.#folder, path);
    const folder = dirname(full);
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o750 });
      syncFolder(dirname(folder));
    }
    const isNew = !existsSync(full);
    // Neither 'a' (it ignores positions) nor 'w' (it truncates) nor 'r+' (it does not create).
    const fd = openSync(full, constants.O_RDWR | constants.O_CREAT, 0o640);
    try {
      use(fd);
    } finally {
      closeSync(fd);
    }
    if (isNew) syncFolder(folder);
  }
}

function writeAll(fd: number, data: Uint8Array, position: number): void {
  for (let done = 0; done < data.length; ) {
    done += writeSync(fd, data, done, data.length - done, position + done);
  }
}

/** A new name in a folder is on disk only once the folder is. */
function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
