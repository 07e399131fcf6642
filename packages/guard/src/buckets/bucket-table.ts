import type { BucketCall } from './bucket-call.ts';
import { waitOf } from './bucket-call.ts';
import {
  allocateBuckets,
  EVICTIONS,
  homeOf,
  LINE_BUCKETS,
  LINE_WORDS,
  NO_TAG,
  otherLine,
  ROOM_TO_SPARE,
  tagOf,
} from './bucket-memory.ts';
import type { Buckets } from './buckets.ts';
import { ALL_FULL_MS, FURTHEST_AHEAD, SWEEP_AT_LEAST_MS, ticksAt } from './ticks.ts';

/** For one thread: plain loads and stores, one cache line for a key that is there. */
export class BucketTable implements Buckets {
  readonly byteLength: number;
  readonly #header: Int32Array;
  readonly #lines: Int32Array;
  readonly #mask: number;
  /** When it has to be swept at the latest, ms; NaN before the first call. */
  #sweepDue: number = Number.NaN;

  /** See `allocateBuckets` for what `keys` costs. */
  constructor(keys: number) {
    const { buffer, header, lines, lineMask } = allocateBuckets(keys, false);
    this.#header = header;
    this.#lines = lines;
    this.#mask = lineMask;
    this.byteLength = buffer.byteLength;
  }

  take(call: BucketCall, nowMs: number): number {
    const now = this.#time(nowMs);
    const { count, hashes, tags, charges, tolerances, places, aheads } = call;
    const lines = this.#lines;
    let refusing = -1;
    let wait = 0;
    for (let i = 0; i < count; i++) {
      const place = this.#find(hashes[i] as number, tags[i] as number);
      const ahead = place < 0 ? 0 : aheadOf(lines[place + LINE_BUCKETS] as number, now);
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
      if (place >= 0) lines[place + LINE_BUCKETS] = now + (aheads[i] as number) + (charges[i] as number);
    }
    for (let i = 0; i < count; i++) {
      if ((places[i] as number) >= 0) continue;
      const place = this.#insert(hashes[i] as number, tags[i] as number, now);
      lines[place + LINE_BUCKETS] = now + (charges[i] as number);
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
      ahead = aheadOf(this.#lines[place + LINE_BUCKETS] as number, now);
      const wait = waitOf(ahead, charge, tolerance);
      if (wait > 0) return wait;
    }
    this.#lines[place + LINE_BUCKETS] = now + ahead + charge;
    return 0;
  }

  raise(a: number, b: number, ahead: number, nowMs: number): void {
    if (ahead <= 0) return;
    const now = this.#time(nowMs);
    const tag = tagOf(b);
    let place = this.#find(a, tag);
    if (place < 0) place = this.#insert(a, tag, now);
    else if (aheadOf(this.#lines[place + LINE_BUCKETS] as number, now) >= ahead) return;
    this.#lines[place + LINE_BUCKETS] = now + Math.min(ahead, FURTHEST_AHEAD);
  }

  ahead(a: number, b: number, nowMs: number): number {
    const now = this.#time(nowMs);
    const place = this.#find(a, tagOf(b));
    return place < 0 ? 0 : aheadOf(this.#lines[place + LINE_BUCKETS] as number, now);
  }

  sweep(nowMs: number): number {
    const isAllFull = nowMs - this.#sweepDue >= ALL_FULL_MS - SWEEP_AT_LEAST_MS;
    this.#sweepDue = nowMs + SWEEP_AT_LEAST_MS;
    const now = ticksAt(nowMs);
    const lines = this.#lines;
    let live = 0;
    for (let line = 0; line < lines.length; line += LINE_WORDS) {
      for (let place = line; place < line + LINE_BUCKETS; place++) {
        if (lines[place] === NO_TAG) continue;
        if (isAllFull || aheadOf(lines[place + LINE_BUCKETS] as number, now) === 0) lines[place] = NO_TAG;
        else live++;
      }
    }
    return live;
  }

  evictions(): number {
    return this.#header[EVICTIONS] as number;
  }

  #time(nowMs: number): number {
    // The first time as well: nothing is less than NaN.
    if (!(nowMs < this.#sweepDue)) this.#sweepIfOld(nowMs);
    return ticksAt(nowMs);
  }

  #sweepIfOld(nowMs: number): void {
    // A table that was just made has nothing to sweep.
    if (Number.isNaN(this.#sweepDue)) this.#sweepDue = nowMs + SWEEP_AT_LEAST_MS;
    else this.sweep(nowMs);
  }

  #find(hash: number, tag: number): number {
    const lines = this.#lines;
    const home = homeOf(hash, tag, this.#mask);
    // The first two places without a branch: a wrong guess of the processor would cost more than the look-up.
    const differs = (lines[home] as number) ^ tag;
    const place = home ^ ((differs | -differs) >>> 31);
    return lines[place] === tag ? place : this.#findFurther(hash, tag, home);
  }

  #findFurther(hash: number, tag: number, home: number): number {
    const lines = this.#lines;
    for (let turn = 2; turn < LINE_BUCKETS; turn++) if (lines[home ^ turn] === tag) return home ^ turn;
    const other = homeOf(otherLine(hash, tag), tag, this.#mask);
    for (let turn = 0; turn < LINE_BUCKETS; turn++) if (lines[other ^ turn] === tag) return other ^ turn;
    return -1;
  }

  /** Into its own line where that has room to spare, else into the emptier of its two. */
  #insert(hash: number, tag: number, now: number): number {
    const lines = this.#lines;
    let home = homeOf(hash, tag, this.#mask);
    let place = -1;
    let most = 0;
    let nearest = home;
    let least = FURTHEST_AHEAD + 1;
    for (let line = 0; line < 2 && most < ROOM_TO_SPARE; line++) {
      let first = -1;
      let free = 0;
      for (let turn = 0; turn < LINE_BUCKETS; turn++) {
        const at = home ^ turn;
        const ahead = lines[at] === NO_TAG ? 0 : aheadOf(lines[at + LINE_BUCKETS] as number, now);
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
      home = homeOf(otherLine(hash, tag), tag, this.#mask);
    }
    if (place < 0) {
      this.#header[EVICTIONS] = this.evictions() + 1;
      place = nearest;
    }
    lines[place] = tag;
    return place;
  }
}

/** How far from full a bucket is, ticks. What seems further ahead than can be is long past. */
export function aheadOf(time: number, now: number): number {
  const ahead = (time - now) | 0;
  return ahead > 0 && ahead <= FURTHEST_AHEAD ? ahead : 0;
}
