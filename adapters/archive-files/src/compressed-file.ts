import { closeSync, fstatSync, openSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, type ZstdOptions, zstdCompress, zstdDecompressSync } from 'node:zlib';
import { AegisError } from '@aegis/model';
import { readAll } from './read-all.ts';
import { FOOTER_BYTES, type Frame, parseSeekTable, seekTable, seekTableBytes } from './seek-table.ts';

/** Content of one frame. Larger ones compress better; smaller ones make one record cheaper to read. */
const FRAME_BYTES = 128 * 1024;
const OPTIONS: ZstdOptions = {
  params: { [constants.ZSTD_c_compressionLevel]: 6, [constants.ZSTD_c_checksumFlag]: 1 },
};
/** Frames whose content is kept: 2 MiB at most. A page of sessions reads the same few again and again. */
const CACHED_FRAMES = 16;
const CACHED_TABLES = 64;

/** Reads any part of compressed files. */
export class CompressedFiles {
  readonly #tables = new Map<string, readonly Frame[]>();
  readonly #frames = new Map<string, Buffer>();

  /** The content's length in bytes; undefined where the file is not one that `compressFile` wrote whole. */
  contentBytes(path: string): number | undefined {
    return withFile(path, (fd, stats) => {
      const last = this.#table(path, fd, stats)?.at(-1);
      return last && last.offset + last.bytes;
    });
  }

  /** Fewer bytes where the content ends before. Throws AegisError `archive_unavailable` for a damaged file. */
  read(path: string, offset: number, bytes: number): Buffer {
    return withFile(path, (fd, stats) => {
      const frames = this.#table(path, fd, stats);
      if (frames === undefined) throw damaged(path);
      const within = frames.filter(
        (each) => each.offset < offset + bytes && each.offset + each.bytes > offset,
      );
      const first = within[0]?.offset ?? offset;
      const content = Buffer.concat(within.map((frame) => this.#content(path, fd, stats, frame)));
      return content.subarray(offset - first, offset - first + bytes);
    });
  }

  #table(path: string, fd: number, stats: Stats): readonly Frame[] | undefined {
    return remembered(this.#tables, CACHED_TABLES, identity(path, stats), () => {
      const bytes = seekTableBytes(readAll(fd, Math.max(0, stats.size - FOOTER_BYTES), FOOTER_BYTES));
      if (bytes === undefined || bytes > stats.size) return undefined;
      return parseSeekTable(readAll(fd, stats.size - bytes, bytes), stats.size);
    });
  }

  #content(path: string, fd: number, stats: Stats, frame: Frame): Buffer {
    const key = `${identity(path, stats)} ${frame.at}`;
    const content = remembered(this.#frames, CACHED_FRAMES, key, () => {
      try {
        const plain = zstdDecompressSync(readAll(fd, frame.at, frame.length), {
          maxOutputLength: FRAME_BYTES,
        });
        return plain.length === frame.bytes ? plain : undefined;
      } catch {
        return undefined;
      }
    });
    if (content === undefined) throw damaged(path);
    return content;
  }
}

/**
 * Compresses what the source yields into `target`, off this thread, and waits for the disk. A failure leaves
 * half a file behind for the caller to remove.
 */
export async function compressFile(source: AsyncIterable<Buffer>, target: string): Promise<void> {
  const file = await open(target, 'w', 0o640);
  try {
    const frames: Pick<Frame, 'bytes' | 'length'>[] = [];
    for await (const content of inFrames(source)) {
      const packed = await promisify<Buffer, ZstdOptions, Buffer>(zstdCompress)(content, OPTIONS);
      await writeWhole(file, packed);
      frames.push({ bytes: content.length, length: packed.length });
    }
    await writeWhole(file, seekTable(frames));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A short write is where a disk begins to be full: the rest fails, and is not forgotten. */
async function writeWhole(file: FileHandle, data: Buffer): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await file.write(data, done, data.length - done)).bytesWritten;
  }
}

async function* inFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk]);
    for (; rest.length >= FRAME_BYTES; rest = rest.subarray(FRAME_BYTES)) yield rest.subarray(0, FRAME_BYTES);
  }
  if (rest.length > 0) yield rest;
}

function withFile<T>(path: string, use: (fd: number, stats: Stats) => T): T {
  const fd = openSync(path, 'r');
  try {
    return use(fd, fstatSync(fd));
  } finally {
    closeSync(fd);
  }
}

/** Another file of the same name is another one. */
function identity(path: string, { ino, size, mtimeMs }: Stats): string {
  return `${path} ${ino} ${size} ${mtimeMs}`;
}

/** The value of the key, made where it is not known; of all, the ones asked for last are kept. */
function remembered<T>(
  cache: Map<string, T>,
  limit: number,
  key: string,
  make: () => T | undefined,
): T | undefined {
  const value = cache.get(key) ?? make();
  if (value === undefined) return undefined;
  cache.delete(key);
  cache.set(key, value);
  const oldest = cache.keys().next().value;
  if (cache.size > limit && oldest !== undefined) cache.delete(oldest);
  return value;
}

function damaged(path: string): AegisError {
  return new AegisError(
    'archive_unavailable',
    `${path} is damaged: it is no longer what was written; restore it from a backup`,
  );
}
