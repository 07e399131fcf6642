import type { Timestamp } from '@aegis/model';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { parseTime } from './parse-time.ts';

/** One entry of `requests` or `paths`, its time read. */
export interface RawRequest {
  readonly path: string;
  readonly at: Timestamp | undefined;
  readonly fields: JsonObject;
}

/**
 * One list from TANNER's two spellings of it. An entry of `paths` that stands for an entry of `requests` (the
 * same path, and no other time) fills in what that one lacks; every other entry is a request of its own. Equal
 * entries within one list stay apart: a client may well ask the same thing twice in a second.
 */
export function mergePaths(requests: unknown, paths: unknown): readonly RawRequest[] {
  const merged = rawRequests(requests);
  const extra = rawRequests(paths);
  if (merged.length === 0) return extra;
  if (extra.length === 0) return merged;
  const taken = new Set<number>();
  const byTime = new IndexQueues();
  const byPath = new IndexQueues();
  merged.forEach((request, index) => {
    byTime.add(timeKey(request.at, request.path), index);
    byPath.add(request.path, index);
  });
  for (const entry of extra) {
    const index =
      entry.at === undefined
        ? byPath.next(entry.path, taken)
        : (byTime.next(timeKey(entry.at, entry.path), taken) ??
          byTime.next(timeKey(undefined, entry.path), taken));
    const twin = index === undefined ? undefined : merged[index];
    if (index === undefined || twin === undefined) merged.push(entry);
    else {
      taken.add(index);
      merged[index] = {
        path: twin.path,
        at: twin.at ?? entry.at,
        fields: { ...entry.fields, ...twin.fields },
      };
    }
  }
  return merged;
}

function rawRequests(list: unknown): RawRequest[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry): RawRequest[] => {
    if (typeof entry === 'string') return [{ path: entry, at: undefined, fields: {} }];
    if (!isJsonObject(entry) || typeof entry.path !== 'string') return [];
    return [{ path: entry.path, at: parseTime(entry.timestamp), fields: entry }];
  });
}

function timeKey(at: Timestamp | undefined, path: string): string {
  return `${at ?? ''} ${path}`;
}

/** Indices under a key, handed out in order, those already taken passed over. Linear in all over its life. */
class IndexQueues {
  readonly #queues = new Map<string, { readonly indices: number[]; from: number }>();

  add(key: string, index: number): void {
    const queue = this.#queues.get(key);
    if (queue === undefined) this.#queues.set(key, { indices: [index], from: 0 });
    else queue.indices.push(index);
  }

  next(key: string, taken: ReadonlySet<number>): number | undefined {
    const queue = this.#queues.get(key);
    if (queue === undefined) return undefined;
    while (queue.from < queue.indices.length) {
      const index = queue.indices[queue.from++];
      if (index !== undefined && !taken.has(index)) return index;
    }
    return undefined;
  }
}
