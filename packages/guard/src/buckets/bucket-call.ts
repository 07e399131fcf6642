import { tagOf } from './bucket-memory.ts';

/** Buckets that one call may draw on at most. */
export const MOST_BUCKETS = 8;

/**
 * The buckets that one call draws on, in words that are used again for the next call.
 *
 * A bucket is a theoretical arrival time (GCRA, ITU-T I.371): `charge` is the call's cost times the emission
 * interval, `tolerance` the time from empty to full, both in ticks. A charge above the tolerance passes once the
 * bucket is full, and leaves it in debt: dear calls wait longer and are never impossible.
 */
export class BucketCall {
  count = 0;
  readonly hashes: Int32Array = new Int32Array(MOST_BUCKETS);
  readonly tags: Int32Array = new Int32Array(MOST_BUCKETS);
  readonly charges: Int32Array = new Int32Array(MOST_BUCKETS);
  readonly tolerances: Int32Array = new Int32Array(MOST_BUCKETS);
  /** Where a bucket was found, or -1. For the tables. */
  readonly places: Int32Array = new Int32Array(MOST_BUCKETS);
  /** How far ahead each was when it was looked at, ticks. */
  readonly aheads: Int32Array = new Int32Array(MOST_BUCKETS);
  /** What the caller wants to remember of each. */
  readonly labels: Int32Array = new Int32Array(MOST_BUCKETS);
  /** How long until the refusing bucket would let the call pass, ticks. */
  waitTicks = 0;

  clear(): void {
    this.count = 0;
  }

  add(label: number, a: number, b: number, charge: number, tolerance: number): void {
    const at = this.count++;
    this.labels[at] = label;
    this.hashes[at] = a;
    this.tags[at] = tagOf(b);
    this.charges[at] = charge;
    this.tolerances[at] = tolerance;
  }
}

/** How long a call must wait, ticks; 0 or less where it may pass. */
export function waitOf(ahead: number, charge: number, tolerance: number): number {
  return charge < tolerance ? ahead + charge - tolerance : ahead;
}
