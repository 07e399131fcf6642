import { unpacked } from './bounded.ts';
import { FeedFailure } from './feed-fault.ts';
import type { FeedRequest } from './feed-request.ts';
import { type GetOptions, get } from './get.ts';

/** Bytes left to be fetched; shared by the requests of one refresh. */
export interface Allowance {
  left: number;
}

export interface ReadDocument {
  readonly document: unknown;
  readonly headers: Headers;
}

/** One JSON document, out of an allowance. Throws FeedFailure. */
export async function readJson(
  request: FeedRequest,
  allowance: Allowance,
  progress: () => void,
  options: GetOptions = {},
): Promise<ReadDocument> {
  const { body, headers } = await get(request, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpacked(body, allowance.left, progress)) {
    allowance.left -= chunk.length;
    chunks.push(chunk);
  }
  try {
    return { document: JSON.parse(Buffer.concat(chunks).toString('utf8')), headers };
  } catch {
    throw new FeedFailure('broken', `${request.url} is not JSON`);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
