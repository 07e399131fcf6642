import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Result } from '@aegis/model';
import { inTime } from './bounded.ts';
import { FeedFailure, type FeedFault, faultOf } from './feed-fault.ts';
import type { FeedRequest, Validators } from './feed-request.ts';
import { type Fetched, writeAll } from './fetch-list.ts';
import { type Allowance, isObject, readJson } from './read-json.ts';

/** Events of one feed at most. */
const MOST_EVENTS = 100_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A MISP feed: `manifest.json` and an event a file beside it, into a file with an event a line. Events whose
 * timestamp is that of the manifest are taken from `before`, the file of the last time.
 */
export async function fetchMispFeed(
  request: FeedRequest,
  known: Validators & { readonly before?: string },
  path: string,
): Promise<Result<Fetched, FeedFault>> {
  try {
    return Result.ok(
      await inTime(request, async (timed, progress) => {
        const allowance = { left: request.maxBytes };
        const base = timed.url.replace(/(?:manifest\.json)?$/, '').replace(/\/*$/, '/');
        const { document } = await readJson({ ...timed, url: `${base}manifest.json` }, allowance, progress);
        const manifest = manifestOf(document);
        const state = [...manifest].map(([uuid, timestamp]) => `${uuid}:${timestamp}`).sort();
        const etag = createHash('sha256').update(state.join()).digest('hex');
        if (etag === known.etag) return { modified: false };
        const kept = known.before === undefined ? new Map<string, string>() : await eventsIn(known.before);
        const written = await writeAll(
          path,
          lines({ ...timed, url: base }, manifest, kept, allowance, progress),
        );
        return { modified: true, validators: { etag }, ...written };
      }),
    );
  } catch (error) {
    return Result.err(faultOf(error));
  }
}

async function* lines(
  request: FeedRequest,
  manifest: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, string>,
  allowance: Allowance,
  progress: () => void,
): AsyncGenerator<Uint8Array> {
  for (const [uuid, timestamp] of manifest) {
    const before = kept.get(`${uuid}:${timestamp}`);
    if (before !== undefined) allowance.left -= before.length;
    if (allowance.left < 0)
      throw new FeedFailure('too_large', 'its events are larger than max_bytes together');
    const event =
      before ?? (await eventAt({ ...request, url: `${request.url}${uuid}.json` }, allowance, progress));
    yield Buffer.from(`${event}\n`);
  }
}

async function eventAt(request: FeedRequest, allowance: Allowance, progress: () => void): Promise<string> {
  return JSON.stringify((await readJson(request, allowance, progress)).document);
}

/** Event timestamps by UUID. Names of files come from it: nothing but UUIDs is taken. */
function manifestOf(document: unknown): ReadonlyMap<string, string> {
  if (!isObject(document)) throw new FeedFailure('broken', 'manifest.json is not an object of events');
  const entries = Object.entries(document).filter(([uuid]) => UUID.test(uuid));
  if (entries.length > MOST_EVENTS) throw new FeedFailure('too_large', `more than ${MOST_EVENTS} events`);
  return new Map(
    entries.map(([uuid, event]) => [uuid, isObject(event) ? JSON.stringify(event.timestamp ?? '') : '']),
  );
}

async function eventsIn(path: string): Promise<ReadonlyMap<string, string>> {
  const events = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const found = JSON.parse(line) as {
      readonly Event?: { readonly uuid?: unknown; readonly timestamp?: unknown };
    };
    events.set(`${String(found.Event?.uuid)}:${JSON.stringify(found.Event?.timestamp ?? '')}`, line);
  }
  return events;
}
