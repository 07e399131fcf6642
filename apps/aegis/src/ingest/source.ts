import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AegisError } from '@aegis/model';

/** Bytes to ingest: a file or a stream, plain or gzip. */
export interface Source {
  /** `access.log`, or `standard input`. */
  readonly name: string;
  /** Absolute; absent for streams, which cannot be resumed. */
  readonly path?: string;
  /** Bytes on disk, where known. For gzip less than what comes out. */
  readonly size?: number;
  readonly compressed: boolean;
  /**
   * The content from this offset on (after decompression); a stream can be asked once, from 0. Reading throws
   * AegisError `source_broken` where it cannot go on.
   */
  bytes(offset: number): AsyncIterable<Uint8Array>;
}

/** Standard input, a pipe: whether it is gzip is seen from its first bytes. */
export function streamSource(name: string, stream: AsyncIterable<Uint8Array>): Source {
  return { name, compressed: false, bytes: () => readable(name, unzippedWhereZipped(stream)) };
}

/** Throws the system's error where the file cannot be read. */
export async function fileSource(path: string, name: string): Promise<Source> {
  const stats = statSync(path);
  // A named pipe, or what a shell makes of <(…): it can be read once and has no size.
  if (!stats.isFile() && !stats.isDirectory()) return streamSource(name, createReadStream(path));
  const compressed = await startsWithGzip(path);
  return {
    name,
    path,
    size: stats.size,
    compressed,
    bytes: (offset) =>
      readable(
        name,
        compressed
          ? skipping(unzipped(createReadStream(path)), offset)
          : createReadStream(path, { start: offset }),
      ),
  };
}

async function startsWithGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return isGzip(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** RFC 1952 section 2.3.1. */
function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

async function* unzippedWhereZipped(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const rest = chunks[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < 2) {
    const next = await rest.next();
    if (next.done === true) break;
    start = Buffer.concat([start, next.value]);
  }
  const all = (async function* () {
    yield start;
    yield* { [Symbol.asyncIterator]: () => rest };
  })();
  yield* isGzip(start) ? unzipped(all) : all;
}

function unzipped(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Its reader learns of every failure, of the source as well.
  return pipeline(Readable.from(chunks), createGunzip(), () => {});
}

async function* skipping(chunks: AsyncIterable<Uint8Array>, offset: number): AsyncIterable<Uint8Array> {
  let left = offset;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
  if (left > 0) throw new Error('it is shorter than it was; take it in again from the beginning');
}

async function* readable(name: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('source_broken', `${name} cannot be read on: ${why}`, { cause });
  }
}

/** Whether reading threw this because it could not go on. */
export function isSourceBroken(error: unknown): error is AegisError {
  return error instanceof AegisError && error.code === 'source_broken';
}
