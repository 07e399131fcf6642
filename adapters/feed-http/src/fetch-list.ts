import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Result } from '@aegis/model';
import { inTime, unpacked } from './bounded.ts';
import { type FeedFault, faultOf } from './feed-fault.ts';
import type { FeedRequest, Validators } from './feed-request.ts';
import { get } from './get.ts';

export type Fetched =
  | { readonly modified: false }
  | {
      readonly modified: true;
      readonly validators: Validators;
      readonly bytes: number;
      /** SHA-256 in hex of what was written. */
      readonly digest: string;
    };

/** A list as it is, unpacked, into a file that is made anew. What is known already is not fetched again. */
export async function fetchList(
  request: FeedRequest,
  known: Validators,
  path: string,
): Promise<Result<Fetched, FeedFault>> {
  try {
    return Result.ok(
      await inTime(request, async (timed, progress) => {
        const { modified, validators, body } = await opened(timed, known);
        if (!modified) return { modified: false };
        const written = await writeAll(path, unpacked(body, request.maxBytes, progress));
        return { modified: true, validators, ...written };
      }),
    );
  } catch (error) {
    return Result.err(faultOf(error));
  }
}

/** Writes the chunks to a new file and syncs it. */
export async function writeAll(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly digest: string }> {
  const file = await open(path, 'w', 0o640);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      await file.write(chunk);
    }
    await file.sync();
    return { bytes, digest: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

interface Opened {
  readonly modified: boolean;
  readonly validators: Validators;
  readonly body: Readable;
}

function opened(request: FeedRequest, known: Validators): Promise<Opened> {
  return /^https?:\/\//i.test(request.url) ? get(request, known) : openFile(request.url, known);
}

/** A file's size and time stand in for an ETag. */
async function openFile(url: string, { etag: known }: Validators): Promise<Opened> {
  const path = /^file:\/\//i.test(url) ? fileURLToPath(url) : url;
  const { size, mtimeMs } = await stat(path);
  const etag = `${size}-${mtimeMs}`;
  return { modified: etag !== known, validators: { etag }, body: createReadStream(path) };
}
