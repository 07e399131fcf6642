import { type BucketCall, waitOf } from './bucket-call.ts';
import {
  allocateBuckets,
  attachBuckets,
  CLAIMED,
  EVICTIONS,
  homeOf,
  LINE_BUCKETS,
  LINE_WORDS,
  LOCK_COUNT,
  LOCKS,
  NO_TAG,
  otherLine,
  ROOM_TO_SPARE,
  SWEPT_AT,
  tagOf,
} from './bucket-memory.ts';
import { aheadOf } from './bucket-table.ts';
import type { Buckets } from './buckets.ts';
import { ALL_FULL_MS, FURTHEST_AHEAD, SWEEP_AT_LEAST_MS, ticksAt } from './ticks.ts';

/** How long a thread that wants a lock sleeps between looks at it, and how many before it takes it, ms. */
const LOCK_WAIT_MS = 1;
const LOCK_PATIENCE = 100;
/** A thread looks this often whether a sweep is due, ms; a wrap has hours to spare. */
const LOOK_MS = 10_000;
/** Looks at a claimed place before its claimer is taken for dead: a claim lasts nanoseconds. */
const CLAIM_PATIENCE = 2 ** 20;

/**
 * For worker threads over one SharedArrayBuffer; exact under contention.
 *
 * - Tokens are taken by compare-and-swap on the bucket's time, without a lock.
 * - A place changes its key only in the hands of one thread, which first swaps the time for {@link CLAIMED}: a
 *   compare-and-swap that was under way for the old key fails. A claimed place starts at the time now, which no
 *   thread can hold as the time of the bucket before, because only what is full since before now is claimed.
 * - New keys are put in under the lock of their line's stripe, so that two threads cannot put in one key twice.
 *   A thread that was terminated inside is waited for, and not for ever.
 * - A call on several buckets takes from one after the other and gives back where a later one refuses: it never
 *   admits too much; a call that meets one on its way back may be refused where alone it would have passed.
 */
export class SharedBucketTable implements Buckets {
  readonly buffer: SharedArrayBuffer;
  readonly byteLength: number;
  readonly #header: Int32Array;
  readonly #lines: Int32Array;
  readonly #mask: number;
  /** When this thread next looks whether a sweep is due, ms. */
  #lookAt: number = -Infinity;

  private constructor(buffer: SharedArrayBuffer) {
    const { header, lines, lineMask } = attachBuckets(buffer);
    this.buffer = buffer;
    this.byteLength = buffer.byteLength;
    this.#header = header;
    this.#lines = lines;
    this.#mask = lineMask;
  }

  static allocate(keys: number): SharedBucketTable {
    return new SharedBucketTable(allocateBuckets(keys, true).buffer as SharedArrayBuffer);
  }

  /** The `buffer` of a table of another thread. */
  static attach(buffer: SharedArrayBuffer): SharedBucketTable {
    return new SharedBucketTable(buffer);
  }

  take(call: BucketCall, nowMs: number): number {
    const now = this.#time(nowMs);
    const { count, hashes, tags, charges, tolerances, aheads } = call;
    call.waitTicks = 0;
    let refusing = -1;
    for (let i = 0; i < count; i++) {
      aheads[i] = this.#aheadOf(hashes[i] as number, tags[i] as number, now);
      const wait = waitOf(aheads[i] as number, charges[i] as number, tolerances[i] as number);
      if (wait > call.waitTicks) {
        call.waitTicks = wait;
        refusing = i;
      }
    }
    if (refusing >= 0) return refusing;
    for (let i = 0; i < count; i++) {
      const wait = this.#take(
        hashes[i] as number,
        tags[i] as number,
        charges[i] as number,
        tolerances[i] as number,
        now,
      );
      if (wait === 0) continue;
      for (let j = 0; j < i; j++)
        this.#giveBack(hashes[j] as number, tags[j] as number, charges[j] as number);
      call.waitTicks = wait;
      return i;
    }
    return -1;
  }

  takeOne(a: number, b: number, charge: number, tolerance: number, nowMs: number): number {
    return this.#take(a, tagOf(b), charge, tolerance, this.#time(nowMs));
  }

  raise(a: number, b: number, ahead: number, nowMs: number): void {
    if (ahead <= 0) return;
    const now = this.#time(nowMs);
    const tag = tagOf(b);
    for (let look = 0; ; look++) {
      let place = this.#find(a, tag);
      if (place < 0) place = this.#claim(a, tag, now);
      if (look > CLAIM_PATIENCE) this.#swap(place, CLAIMED, now);
      const time = Atomics.load(this.#lines, place + LINE_BUCKETS);
      if (time === CLAIMED || Atomics.load(this.#lines, place) !== tag) continue;
      if (aheadOf(time, now) >= ahead || this.#swap(place, time, now + Math.min(ahead, FURTHEST_AHEAD)))
        return;
    }
  }

  ahead(a: number, b: number, nowMs: number): number {
    return this.#aheadOf(a, tagOf(b), this.#time(nowMs));
  }

  sweep(nowMs: number): number {
    const lines = this.#lines;
    const sweptAt = Atomics.exchange(this.#header, SWEPT_AT, seconds(nowMs));
    const isAllFull = sweptAt !== 0 && ((seconds(nowMs) - sweptAt) | 0) * 1000 >= ALL_FULL_MS;
    const now = ticksAt(nowMs);
    let live = 0;
    for (let line = 0; line < lines.length; line += LINE_WORDS) {
      for (let place = line; place < line + LINE_BUCKETS; place++) {
        if (Atomics.load(lines, place) === NO_TAG) continue;
        if (!this.#giveTo(NO_TAG, place, now, isAllFull)) live++;
      }
    }
    return live;
  }

  evictions(): number {
    return Atomics.load(this.#header, EVICTIONS);
  }

  #take(hash: number, tag: number, charge: number, tolerance: number, now: number): number {
    const lines = this.#lines;
    for (let look = 0; ; look++) {
      let place = this.#find(hash, tag);
      if (place < 0) place = this.#claim(hash, tag, now);
      if (look > CLAIM_PATIENCE) this.#swap(place, CLAIMED, now);
      const time = Atomics.load(lines, place + LINE_BUCKETS);
      // The tag is read after the time: then the time was this key's.
      if (time === CLAIMED || Atomics.load(lines, place) !== tag) continue;
      const ahead = aheadOf(time, now);
      const wait = waitOf(ahead, charge, tolerance);
      if (wait > 0) return wait;
      if (this.#swap(place, time, now + ahead + charge)) return 0;
    }
  }

  #giveBack(hash: number, tag: number, charge: number): void {
    const lines = this.#lines;
    for (;;) {
      const place = this.#find(hash, tag);
      if (place < 0) return;
      const time = Atomics.load(lines, place + LINE_BUCKETS);
      // Somebody else has the place already: then the bucket was full again.
      if (time === CLAIMED) return;
      if (Atomics.load(lines, place) === tag && this.#swap(place, time, time - charge)) return;
    }
  }

  #aheadOf(hash: number, tag: number, now: number): number {
    const lines = this.#lines;
    for (;;) {
      const place = this.#find(hash, tag);
      if (place < 0) return 0;
      const time = Atomics.load(lines, place + LINE_BUCKETS);
      // What is claimed was full.
      if (time === CLAIMED) return 0;
      if (Atomics.load(lines, place) === tag) return aheadOf(time, now);
    }
  }

  #swap(place: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#lines, place + LINE_BUCKETS, from, notClaimed(to)) === from;
  }

  #find(hash: number, tag: number): number {
    const lines = this.#lines;
    const home = homeOf(hash, tag, this.#mask);
    const differs = Atomics.load(lines, home) ^ tag;
    const place = home ^ ((differs | -differs) >>> 31);
    return Atomics.load(lines, place) === tag ? place : this.#findAnywhere(hash, tag, home);
  }

  #findAnywhere(hash: number, tag: number, home: number): number {
    const lines = this.#lines;
    for (let turn = 0; turn < LINE_BUCKETS; turn++)
      if (Atomics.load(lines, home ^ turn) === tag) return home ^ turn;
    const other = homeOf(otherLine(hash, tag), tag, this.#mask);
    for (let turn = 0; turn < LINE_BUCKETS; turn++)
      if (Atomics.load(lines, other ^ turn) === tag) return other ^ turn;
    return -1;
  }

  /** Puts in a key that was not there a moment ago; where it is. */
  #claim(hash: number, tag: number, now: number): number {
    const lock = LOCKS + (hash & this.#mask & (LOCK_COUNT - 1));
    this.#lock(lock);
    try {
      for (;;) {
        const found = this.#find(hash, tag);
        if (found >= 0) return found;
        const own = homeOf(hash, tag, this.#mask);
        const other = homeOf(otherLine(hash, tag), tag, this.#mask);
        const room = this.#free(own, now);
        const homes = room >= ROOM_TO_SPARE || room >= this.#free(other, now) ? [own, other] : [other, own];
        for (const home of homes)
          for (let turn = 0; turn < LINE_BUCKETS; turn++)
            if (this.#giveTo(tag, home ^ turn, now)) return home ^ turn;
        const place = this.#evict(homes, tag, now);
        if (place >= 0) return place;
      }
    } finally {
      Atomics.store(this.#header, lock, 0);
      Atomics.notify(this.#header, lock, 1);
    }
  }

  /** Free places of a line, as far as can be said while others work on it. */
  #free(home: number, now: number): number {
    const lines = this.#lines;
    let free = 0;
    for (let turn = 0; turn < LINE_BUCKETS; turn++) {
      const place = home ^ turn;
      if (Atomics.load(lines, place) === NO_TAG || isPast(Atomics.load(lines, place + LINE_BUCKETS), now))
        free++;
    }
    return free;
  }

  /** Gives a free place, or one whose bucket is full, to another key. */
  #giveTo(tag: number, place: number, now: number, isFull = false): boolean {
    const lines = this.#lines;
    const time = Atomics.load(lines, place + LINE_BUCKETS);
    const isEmpty = Atomics.load(lines, place) === NO_TAG;
    if (!isEmpty && !(isFull && time !== CLAIMED) && !isPast(time, now)) return false;
    // The time of an empty place is CLAIMED: whoever swaps its tag has it.
    if (isEmpty) {
      if (tag === NO_TAG) return true;
      if (Atomics.compareExchange(lines, place, NO_TAG, tag) !== NO_TAG) return false;
      Atomics.store(lines, place + LINE_BUCKETS, notClaimed(now));
      return true;
    }
    if (Atomics.compareExchange(lines, place + LINE_BUCKETS, time, CLAIMED) !== time) return false;
    Atomics.store(lines, place, tag);
    if (tag !== NO_TAG) Atomics.store(lines, place + LINE_BUCKETS, notClaimed(now));
    return true;
  }

  /** Gives up the bucket nearest to full; -1 where another thread was faster. */
  #evict(homes: readonly number[], tag: number, now: number): number {
    const lines = this.#lines;
    let fullest = -1;
    let least = FURTHEST_AHEAD + 1;
    let seen = CLAIMED;
    for (const home of homes)
      for (let turn = 0; turn < LINE_BUCKETS; turn++) {
        const place = home ^ turn;
        const time = Atomics.load(lines, place + LINE_BUCKETS);
        const ahead = aheadOf(time, now);
        if (time === CLAIMED || ahead >= least) continue;
        least = ahead;
        fullest = place;
        seen = time;
      }
    if (fullest < 0) return -1;
    if (Atomics.compareExchange(lines, fullest + LINE_BUCKETS, seen, CLAIMED) !== seen) return -1;
    Atomics.store(lines, fullest, tag);
    Atomics.store(lines, fullest + LINE_BUCKETS, notClaimed(now));
    Atomics.add(this.#header, EVICTIONS, 1);
    return fullest;
  }

  #lock(lock: number): void {
    for (let look = 0; Atomics.compareExchange(this.#header, lock, 0, 1) !== 0; look++) {
      if (look >= LOCK_PATIENCE) return;
      Atomics.wait(this.#header, lock, 1, LOCK_WAIT_MS);
    }
  }

  #time(nowMs: number): number {
    if (nowMs >= this.#lookAt) this.#sweepIfDue(nowMs);
    // A new bucket begins full, at the time now: that must not look claimed, nor be a tick from full.
    return notClaimed(ticksAt(nowMs));
  }

  #sweepIfDue(nowMs: number): void {
    this.#lookAt = nowMs + LOOK_MS;
    const header = this.#header;
    const sweptAt = Atomics.load(header, SWEPT_AT);
    const since = (seconds(nowMs) - sweptAt) | 0;
    if (sweptAt === 0) Atomics.compareExchange(header, SWEPT_AT, 0, seconds(nowMs));
    else if (since * 1000 >= SWEEP_AT_LEAST_MS) this.sweep(nowMs);
  }
}

/** Never 0: that is "not yet". */
function seconds(ms: number): number {
  return Math.floor(ms / 1000) | 0 || 1;
}

/** CLAIMED has a meaning of its own: the tick before it stands in, so that nobody waits longer than was told. */
function notClaimed(time: number): number {
  const wrapped = time | 0;
  return wrapped === CLAIMED ? -1 : wrapped;
}

/** Full since before now, or so long that it seems to be ahead. */
function isPast(time: number, now: number): boolean {
  return time !== CLAIMED && time !== now && aheadOf(time, now) === 0;
}
