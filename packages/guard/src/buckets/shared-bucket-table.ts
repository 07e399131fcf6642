import { type BucketCall, waitOf } from './bucket-call.ts';
import {
  allocateBuckets,
  attachBuckets,
  CLAIMED,
  EVICTIONS,
  LINE_BUCKETS,
  LINE_WORDS,
  LOCK_COUNT,
  LOCKS,
  lineOf,
  NO_TAG,
  otherLine,
  SWEPT_AT,
  tagOf,
} from './bucket-memory.ts';
import { aheadOf } from './bucket-table.ts';
import type { Buckets } from './buckets.ts';
import { ALL_FULL_MS, FURTHEST_AHEAD, SWEEP_AT_LEAST_MS, ticksAt } from './ticks.ts';

/** How long a thread that wants a lock sleeps between looks at it, and how many before it takes it, ms. */
const LOCK_WAIT_MS = 1;
const LOCK_PATIENCE = 100;
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
  readonly #words: Int32Array;
  readonly #mask: number;

  private constructor(buffer: SharedArrayBuffer) {
    const { words, lineMask } = attachBuckets(buffer);
    this.buffer = buffer;
    this.byteLength = buffer.byteLength;
    this.#words = words;
    this.#mask = lineMask;
  }

  static allocate(keys: number): SharedBucketTable {
    return new SharedBucketTable(allocateBuckets(keys, true).words.buffer as SharedArrayBuffer);
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
      const time = Atomics.load(this.#words, place + LINE_BUCKETS);
      if (time === CLAIMED || Atomics.load(this.#words, place) !== tag) continue;
      if (aheadOf(time, now) >= ahead || this.#swap(place, time, now + Math.min(ahead, FURTHEST_AHEAD)))
        return;
    }
  }

  ahead(a: number, b: number, nowMs: number): number {
    return this.#aheadOf(a, tagOf(b), this.#time(nowMs));
  }

  sweep(nowMs: number): number {
    const words = this.#words;
    const sweptAt = Atomics.exchange(words, SWEPT_AT, seconds(nowMs));
    const isAllFull = sweptAt !== 0 && ((seconds(nowMs) - sweptAt) | 0) * 1000 >= ALL_FULL_MS;
    const now = ticksAt(nowMs);
    let live = 0;
    for (let line = lineOf(0, 0); line < words.length; line += LINE_WORDS) {
      for (let place = line; place < line + LINE_BUCKETS; place++) {
        if (Atomics.load(words, place) === NO_TAG) continue;
        if (!this.#giveTo(NO_TAG, place, now, isAllFull)) live++;
      }
    }
    return live;
  }

  evictions(): number {
    return Atomics.load(this.#words, EVICTIONS);
  }

  #take(hash: number, tag: number, charge: number, tolerance: number, now: number): number {
    const words = this.#words;
    for (let look = 0; ; look++) {
      let place = this.#find(hash, tag);
      if (place < 0) place = this.#claim(hash, tag, now);
      if (look > CLAIM_PATIENCE) this.#swap(place, CLAIMED, now);
      const time = Atomics.load(words, place + LINE_BUCKETS);
      // The tag is read after the time: then the time was this key's.
      if (time === CLAIMED || Atomics.load(words, place) !== tag) continue;
      const ahead = aheadOf(time, now);
      const wait = waitOf(ahead, charge, tolerance);
      if (wait > 0) return wait;
      if (this.#swap(place, time, now + ahead + charge)) return 0;
    }
  }

  #giveBack(hash: number, tag: number, charge: number): void {
    const words = this.#words;
    for (;;) {
      const place = this.#find(hash, tag);
      if (place < 0) return;
      const time = Atomics.load(words, place + LINE_BUCKETS);
      // Somebody else has the place already: then the bucket was full again.
      if (time === CLAIMED) return;
      if (Atomics.load(words, place) === tag && this.#swap(place, time, time - charge)) return;
    }
  }

  #aheadOf(hash: number, tag: number, now: number): number {
    const words = this.#words;
    for (;;) {
      const place = this.#find(hash, tag);
      if (place < 0) return 0;
      const time = Atomics.load(words, place + LINE_BUCKETS);
      // What is claimed was full.
      if (time === CLAIMED) return 0;
      if (Atomics.load(words, place) === tag) return aheadOf(time, now);
    }
  }

  #swap(place: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, place + LINE_BUCKETS, from, notClaimed(to)) === from;
  }

  #find(hash: number, tag: number): number {
    const words = this.#words;
    const line = lineOf(hash, this.#mask);
    for (let place = line; place < line + LINE_BUCKETS; place++)
      if (Atomics.load(words, place) === tag) return place;
    const other = lineOf(otherLine(hash, tag), this.#mask);
    for (let place = other; place < other + LINE_BUCKETS; place++)
      if (Atomics.load(words, place) === tag) return place;
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
        const lines = [lineOf(hash, this.#mask), lineOf(otherLine(hash, tag), this.#mask)];
        if (this.#free(lines[1] as number, now) > this.#free(lines[0] as number, now)) lines.reverse();
        for (const line of lines)
          for (let place = line; place < line + LINE_BUCKETS; place++)
            if (this.#giveTo(tag, place, now)) return place;
        const place = this.#evict(lines, tag, now);
        if (place >= 0) return place;
      }
    } finally {
      Atomics.store(this.#words, lock, 0);
      Atomics.notify(this.#words, lock, 1);
    }
  }

  /** Free places of a line, as far as can be said while others work on it. */
  #free(line: number, now: number): number {
    const words = this.#words;
    let free = 0;
    for (let place = line; place < line + LINE_BUCKETS; place++)
      if (Atomics.load(words, place) === NO_TAG || isPast(Atomics.load(words, place + LINE_BUCKETS), now))
        free++;
    return free;
  }

  /** Gives a free place, or one whose bucket is full, to another key. */
  #giveTo(tag: number, place: number, now: number, isFull = false): boolean {
    const words = this.#words;
    const time = Atomics.load(words, place + LINE_BUCKETS);
    const isEmpty = Atomics.load(words, place) === NO_TAG;
    if (!isEmpty && !(isFull && time !== CLAIMED) && !isPast(time, now)) return false;
    // The time of an empty place is CLAIMED: whoever swaps its tag has it.
    if (isEmpty) {
      if (tag === NO_TAG) return true;
      if (Atomics.compareExchange(words, place, NO_TAG, tag) !== NO_TAG) return false;
      Atomics.store(words, place + LINE_BUCKETS, notClaimed(now));
      return true;
    }
    if (Atomics.compareExchange(words, place + LINE_BUCKETS, time, CLAIMED) !== time) return false;
    Atomics.store(words, place, tag);
    if (tag !== NO_TAG) Atomics.store(words, place + LINE_BUCKETS, notClaimed(now));
    return true;
  }

  /** Gives up the bucket nearest to full; -1 where another thread was faster. */
  #evict(lines: readonly number[], tag: number, now: number): number {
    const words = this.#words;
    let fullest = -1;
    let least = FURTHEST_AHEAD + 1;
    let seen = CLAIMED;
    for (const line of lines)
      for (let place = line; place < line + LINE_BUCKETS; place++) {
        const time = Atomics.load(words, place + LINE_BUCKETS);
        const ahead = aheadOf(time, now);
        if (time === CLAIMED || ahead >= least) continue;
        least = ahead;
        fullest = place;
        seen = time;
      }
    if (fullest < 0) return -1;
    if (Atomics.compareExchange(words, fullest + LINE_BUCKETS, seen, CLAIMED) !== seen) return -1;
    Atomics.store(words, fullest, tag);
    Atomics.store(words, fullest + LINE_BUCKETS, notClaimed(now));
    Atomics.add(words, EVICTIONS, 1);
    return fullest;
  }

  #lock(lock: number): void {
    for (let look = 0; Atomics.compareExchange(this.#words, lock, 0, 1) !== 0; look++) {
      if (look >= LOCK_PATIENCE) return;
      Atomics.wait(this.#words, lock, 1, LOCK_WAIT_MS);
    }
  }

  #time(nowMs: number): number {
    const words = this.#words;
    const sweptAt = Atomics.load(words, SWEPT_AT);
    const since = (seconds(nowMs) - sweptAt) | 0;
    if (sweptAt === 0) Atomics.compareExchange(words, SWEPT_AT, 0, seconds(nowMs));
    else if (since * 1000 >= SWEEP_AT_LEAST_MS) this.sweep(nowMs);
    return ticksAt(nowMs);
  }
}

/** Never 0: that is "not yet". */
function seconds(ms: number): number {
  return Math.floor(ms / 1000) | 0 || 1;
}

/** A tick is nothing, and CLAIMED has a meaning of its own. */
function notClaimed(time: number): number {
  const wrapped = time | 0;
  return wrapped === CLAIMED ? 1 : wrapped;
}

/** Full since before now, or so long that it seems to be ahead. */
function isPast(time: number, now: number): boolean {
  return time !== CLAIMED && time !== now && aheadOf(time, now) === 0;
}
