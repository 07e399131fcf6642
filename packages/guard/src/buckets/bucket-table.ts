import type { BucketCall } from './bucket-call.ts';
import { waitOf } from './bucket-call.ts';
import {
  allocateBuckets,
  EVICTIONS,
  LINE_BUCKETS,
  LINE_WORDS,
  lineOf,
  NO_TAG,
  otherLine,
  tagOf,
} from './bucket-memory.ts';
import type { Buckets } from './buckets.ts';
import { ALL_FULL_MS, FURTHEST_AHEAD, SWEEP_AT_LEAST_MS, ticksAt } from './ticks.ts';

/** For one thread: plain loads and stores, one cache line for a key that is there. */
export class BucketTable implements Buckets {
  readonly byteLength: number;
  readonly #words: Int32Array;
  readonly #mask: number;
  #sweptAt: number | undefined;

  /** See `allocateBuckets` for what `keys` costs. */
  constructor(keys: number) {
    const { words, lineMask } = allocateBuckets(keys, false);
    this.#words = words;
    this.#mask = lineMask;
    this.byteLength = words.byteLength;
  }

  take(call: BucketCall, nowMs: number): number {
    const now = this.#time(nowMs);
    const { count, hashes, tags, charges, tolerances, places, aheads } = call;
    const words = this.#words;
    let refusing = -1;
    let wait = 0;
    for (let i = 0; i < count; i++) {
      const place = this.#find(hashes[i] as number, tags[i] as number);
      const ahead = place < 0 ? 0 : aheadOf(words[place + LINE_BUCKETS] as number, now);
      places[i] = place;
      aheads[i] = ahead;
      const needed = waitOf(ahead, charges[i] as number, tolerances[i] as number);
      if (needed > wait) {
        wait = needed;
        refusing = i;
      }
    }
    call.waitTicks = wait;
    if (refusing >= 0) return refusing;
    // Those that are there first: a new key might otherwise be given the place of a full bucket of this call.
    for (let i = 0; i < count; i++) {
      const place = places[i] as number;
      if (place >= 0) words[place + LINE_BUCKETS] = now + (aheads[i] as number) + (charges[i] as number);
    }
    for (let i = 0; i < count; i++) {
      if ((places[i] as number) >= 0) continue;
      const place = this.#insert(hashes[i] as number, tags[i] as number, now);
      words[place + LINE_BUCKETS] = now + (charges[i] as number);
    }
    return -1;
  }

  takeOne(a: number, b: number, charge: number, tolerance: number, nowMs: number): number {
    const now = this.#time(nowMs);
    const tag = tagOf(b);
    let place = this.#find(a, tag);
    let ahead = 0;
    if (place < 0) place = this.#insert(a, tag, now);
    else {
      ahead = aheadOf(this.#words[place + LINE_BUCKETS] as number, now);
      const wait = waitOf(ahead, charge, tolerance);
      if (wait > 0) return wait;
    }
    this.#words[place + LINE_BUCKETS] = now + ahead + charge;
    return 0;
  }

  raise(a: number, b: number, ahead: number, nowMs: number): void {
    if (ahead <= 0) return;
    const now = this.#time(nowMs);
    const tag = tagOf(b);
    let place = this.#find(a, tag);
    if (place < 0) place = this.#insert(a, tag, now);
    else if (aheadOf(this.#words[place + LINE_BUCKETS] as number, now) >= ahead) return;
    this.#words[place + LINE_BUCKETS] = now + Math.min(ahead, FURTHEST_AHEAD);
  }

  ahead(a: number, b: number, nowMs: number): number {
    const now = this.#time(nowMs);
    const place = this.#find(a, tagOf(b));
    return place < 0 ? 0 : aheadOf(this.#words[place + LINE_BUCKETS] as number, now);
  }

  sweep(nowMs: number): number {
    const isAllFull = nowMs - (this.#sweptAt ?? nowMs) >= ALL_FULL_MS;
    this.#sweptAt = nowMs;
    const now = ticksAt(nowMs);
    const words = this.#words;
    let live = 0;
    for (let line = lineOf(0, 0); line < words.length; line += LINE_WORDS) {
      for (let place = line; place < line + LINE_BUCKETS; place++) {
        if (words[place] === NO_TAG) continue;
        if (isAllFull || aheadOf(words[place + LINE_BUCKETS] as number, now) === 0) words[place] = NO_TAG;
        else live++;
      }
    }
    return live;
  }

  evictions(): number {
    return this.#words[EVICTIONS] as number;
  }

  #time(nowMs: number): number {
    this.#sweptAt ??= nowMs;
    if (nowMs - this.#sweptAt >= SWEEP_AT_LEAST_MS) this.sweep(nowMs);
    return ticksAt(nowMs);
  }

  #find(hash: number, tag: number): number {
    const line = lineOf(hash, this.#mask);
    const words = this.#words;
    for (let place = line; place < line + LINE_BUCKETS; place++) if (words[place] === tag) return place;
    const other = lineOf(otherLine(hash, tag), this.#mask);
    for (let place = other; place < other + LINE_BUCKETS; place++) if (words[place] === tag) return place;
    return -1;
  }

  /** Into the emptier of a key's two lines: then lines hardly ever fill before the table does. */
  #insert(hash: number, tag: number, now: number): number {
    const words = this.#words;
    let line = lineOf(hash, this.#mask);
    let place = -1;
    let most = 0;
    let nearest = line;
    let least = FURTHEST_AHEAD + 1;
    for (let turn = 0; turn < 2; turn++) {
      let first = -1;
      let free = 0;
      for (let at = line; at < line + LINE_BUCKETS; at++) {
        const ahead = words[at] === NO_TAG ? 0 : aheadOf(words[at + LINE_BUCKETS] as number, now);
        if (ahead === 0) {
          if (free++ === 0) first = at;
        } else if (ahead < least) {
          least = ahead;
          nearest = at;
        }
      }
      if (free > most) {
        most = free;
        place = first;
      }
      line = lineOf(otherLine(hash, tag), this.#mask);
    }
    if (place < 0) {
      words[EVICTIONS] = (words[EVICTIONS] as number) + 1;
      place = nearest;
    }
    words[place] = tag;
    return place;
  }
}

/** How far from full a bucket is, ticks. What seems further ahead than can be is long past. */
export function aheadOf(time: number, now: number): number {
  const ahead = (time - now) | 0;
  return ahead > 0 && ahead <= FURTHEST_AHEAD ? ahead : 0;
}
