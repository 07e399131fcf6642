import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { LineSplitter } from '@aegis/analyze';
import { Result } from '@aegis/model';
import { KeptBucket } from '@aegis/scenario';

/** Why a file cannot be used, for people. */
export interface BucketFileError {
  readonly kind: 'damaged';
  readonly message: string;
}

/** The last line: how many buckets there are, and CRC-32 of everything before. Its length is fixed. */
const TRAILER = /^buckets ( *\d{1,10}) ([0-9a-f]{8})\n$/;
const TRAILER_BYTES = 28;
const CHUNK_BYTES = 65_536;
/** More is not written: 200,000 buckets of many distinct values each. */
const MOST_BYTES = 256 * 1024 * 1024;
/** One of 100,000 distinct values takes 1.8 MiB. */
const LINE_BYTES = 4 * 1024 * 1024;

/**
 * Writes buckets, one a line, in place of the file that is there. Gives way to other work after every 64 KiB. Returns how
 * many there were room for, and how many not. Throws the system's error; the file before is then still whole.
 */
export async function writeBuckets(
  path: string,
  buckets: Iterable<KeptBucket>,
): Promise<{ readonly written: number; readonly left: number }> {
  // Of this process alone: workers of one name write the same file, and the last one stands.
  const next = `${path}.${process.pid}.next`;
  const file = await open(next, 'w', 0o640);
  let [written, left, bytes, checksum] = [0, 0, 0, 0];
  try {
    let chunk = '';
    const flush = async (): Promise<void> => {
      const encoded = Buffer.from(chunk);
      chunk = '';
      bytes += encoded.length;
      checksum = crc32(encoded, checksum);
      await file.writeFile(encoded);
    };
    for (const bucket of buckets) {
      if (bytes > MOST_BYTES) {
        left += 1;
        continue;
      }
      chunk += `${JSON.stringify(bucket)}\n`;
      written += 1;
      if (chunk.length >= CHUNK_BYTES) await flush();
    }
    await flush();
    await file.writeFile(trailer(written, checksum));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  return { written, left };
}

/**
 * Reads what {@link writeBuckets} wrote, once it is sure that it is whole. How many there were; undefined where there
 * is no file.
 */
export async function readBuckets(
  path: string,
  take: (bucket: KeptBucket) => void,
): Promise<Result<number | undefined, BucketFileError>> {
  try {
    const size = await wholeSize(path);
    if (!size.ok) return size;
    let count = 0;
    const splitter = new LineSplitter({ maxLineBytes: LINE_BYTES });
    // What ends at -1 begins nowhere.
    const content = size.value === 0 ? [] : createReadStream(path, { end: size.value - 1 });
    for await (const chunk of content)
      for (const { text } of splitter.push(chunk as Uint8Array)) {
        const bucket = text.ok ? KeptBucket.safeParse(jsonOf(text.value)) : undefined;
        if (bucket?.success !== true) return damaged(`bucket ${count + 1} is none of this version's`);
        take(bucket.data);
        count += 1;
      }
    return Result.ok(count);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Result.ok(undefined);
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

/** Of the buckets, in bytes, where what the last line says of them is true. */
async function wholeSize(path: string): Promise<Result<number, BucketFileError>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const content = size - TRAILER_BYTES;
    if (content < 0) return damaged('it is cut short');
    if (content > MOST_BYTES + LINE_BYTES + CHUNK_BYTES)
      return damaged('it is larger than any that was written');
    const end = Buffer.alloc(TRAILER_BYTES);
    await file.read(end, 0, TRAILER_BYTES, content);
    const [, , checksum] = TRAILER.exec(end.toString('latin1')) ?? [];
    if (checksum === undefined) return damaged('its end is missing');
    if (Number.parseInt(checksum, 16) !== (await checksumOf(file, content)))
      return damaged('it is not as it was written');
    return Result.ok(content);
  } finally {
    await file.close();
  }
}

async function checksumOf(file: FileHandle, bytes: number): Promise<number> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let checksum = 0;
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, bytes - at), at);
    if (bytesRead === 0) break;
    checksum = crc32(buffer.subarray(0, bytesRead), checksum);
    at += bytesRead;
  }
  return checksum;
}

function trailer(count: number, checksum: number): string {
  return `buckets ${String(count).padStart(10)} ${checksum.toString(16).padStart(8, '0')}\n`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(message: string): Result<never, BucketFileError> {
  return Result.err({ kind: 'damaged', message });
}
