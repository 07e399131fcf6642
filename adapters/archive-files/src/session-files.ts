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
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { formatOf } from './file-format.ts';

const NEWLINE = 10;
const CHUNK_BYTES = 1024 * 1024;

/** Where one record stands in its file, in bytes. */
export interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/** The bytes on disk; which of them count is the index's to say. `path` is relative to the archive's folder. */
export class SessionFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** 0 where the file does not exist. */
  size(path: string): number {
    return statSync(join(this.#folder, path), { throwIfNoEntry: false })?.size ?? 0;
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

  /** Brings the file to exactly its committed `length` and the closing. */
  restore(path: string, length: number): void {
    const closing = Buffer.from(length === 0 ? '' : formatOf(path).closing);
    this.#open(path, (fd) => {
      const { size } = fstatSync(fd);
      if (size === length + closing.length && readAll(fd, length, closing.length).equals(closing)) return;
      if (size > length) ftruncateSync(fd, length);
      writeAll(fd, closing, length);
      fsyncSync(fd);
    });
  }

  read(path: string, { offset, bytes }: Span): string {
    const fd = openSync(join(this.#folder, path), 'r');
    try {
      return readAll(fd, offset, bytes).toString();
    } finally {
      closeSync(fd);
    }
  }

  /** The complete lines with their offsets; a last one without its end is left out. */
  *lines(path: string): Generator<{ readonly offset: number; readonly line: string }> {
    const fd = openSync(join(this.#folder, path), 'r');
    try {
      let rest = Buffer.alloc(0);
      for (let at = 0; ; ) {
        const chunk = readAll(fd, at + rest.length, CHUNK_BYTES);
        if (chunk.length === 0) return;
        rest = Buffer.concat([rest, chunk]);
        for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
          yield { offset: at, line: rest.toString('utf8', 0, end) };
          at += end + 1;
          rest = rest.subarray(end + 1);
        }
      }
    } finally {
      closeSync(fd);
    }
  }

  /** The session files there are, whether the index knows them or not. */
  sessionPaths(): readonly string[] {
    return globSync('sessions/*/sessions.{jsonl,json}', { cwd: this.#folder });
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

/** Fewer bytes where the file ends before. */
function readAll(fd: number, offset: number, bytes: number): Buffer {
  const data = Buffer.allocUnsafe(bytes);
  let done = 0;
  while (done < bytes) {
    const more = readSync(fd, data, done, bytes - done, offset + done);
    if (more === 0) break;
    done += more;
  }
  return data.subarray(0, done);
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
