import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/** Bytes to ingest: a file, plain or gzip, or standard input. */
export interface Source {
  /** `access.log`, or `standard input`. */
  readonly name: string;
  /** Absolute; absent for standard input, which cannot be resumed. */
  readonly path?: string;
  /** Bytes on disk, where known. For gzip less than what comes out. */
  readonly size?: number;
  readonly compressed: boolean;
  /** The content from this offset on (after decompression). */
  bytes(offset: number): AsyncIterable<Uint8Array>;
}

export const STANDARD_INPUT: Source = Object.freeze({
  name: 'standard input',
  compressed: false,
  bytes: () => process.stdin,
});

/** Throws the system's error where the file is not there. */
export async function fileSource(path: string, name: string): Promise<Source> {
  const { size } = statSync(path);
  const compressed = await startsWithGzip(path);
  return {
    name,
    path,
    size,
    compressed,
    bytes: (offset) =>
      compressed
        ? skipping(createReadStream(path).pipe(createGunzip()), offset)
        : createReadStream(path, { start: offset }),
  };
}

async function startsWithGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function* skipping(chunks: AsyncIterable<Uint8Array>, offset: number): AsyncIterable<Uint8Array> {
  let left = offset;
  for await (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left > 0 ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
}
