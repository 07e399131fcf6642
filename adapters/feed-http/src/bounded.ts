import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FeedFailure } from './feed-fault.ts';
import type { FeedRequest } from './feed-request.ts';

/** How often the flow is looked at. */
const QUARTERS = 4;

/**
 * A request whose signal also ends it when it takes too long or stalls, and what was read of it. `run` throws
 * FeedFailure `too_slow` in place of what the abort made others throw.
 */
export async function inTime<T>(
  request: FeedRequest,
  run: (request: FeedRequest, progress: () => void) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  let moved = true;
  let quarters = 0;
  const timer = setInterval(() => {
    quarters++;
    if (!moved || quarters >= QUARTERS) late.abort();
    moved = false;
  }, request.timeoutMs / QUARTERS);
  try {
    const signal = AbortSignal.any([request.signal, late.signal]);
    return await run({ ...request, signal }, () => {
      moved = true;
    });
  } catch (error) {
    if (!late.signal.aborted) throw error;
    const seconds = request.timeoutMs / 1000;
    const words =
      quarters >= QUARTERS ? `took longer than ${seconds} s` : `nothing came for ${seconds / QUARTERS} s`;
    throw new FeedFailure('too_slow', words);
  } finally {
    clearInterval(timer);
  }
}

/** The bytes of a body, unpacked where they are gzip; ends with FeedFailure `too_large` beyond `maxBytes`. */
export async function* unpacked(
  body: Readable,
  maxBytes: number,
  progress: () => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of gunzipped(body, progress)) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new FeedFailure('too_large', `it is larger than max_bytes, ${maxBytes} bytes`);
    yield chunk;
  }
}

async function* gunzipped(body: Readable, progress: () => void): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let head = new Uint8Array();
  while (head.length < 2) {
    const next = await chunks.next();
    progress();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      progress();
      yield next.value;
    }
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) yield* whole();
  else {
    const gunzip = createGunzip();
    const feeding = feed(whole(), gunzip);
    yield* gunzip as AsyncIterable<Uint8Array>;
    await feeding;
  }
}

async function feed(
  source: AsyncIterable<Uint8Array>,
  gunzip: ReturnType<typeof createGunzip>,
): Promise<void> {
  try {
    for await (const chunk of source) {
      if (gunzip.destroyed) return;
      if (!gunzip.write(chunk)) await Promise.race([once(gunzip, 'drain'), once(gunzip, 'close')]);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error as Error);
  }
}

function once(emitter: NodeJS.EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => emitter.once(event, () => resolve()));
}
