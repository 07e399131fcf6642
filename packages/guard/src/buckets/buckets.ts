import type { BucketCall } from './bucket-call.ts';

/**
 * Very many buckets in bounded memory.
 *
 * A bucket that is full again is as good as absent: its place goes to whoever needs one, and nothing is lost.
 * Where every place that a new key may have is taken by a bucket that is not full, the one that is nearest to full
 * is given up: somebody gets back some tokens early, nobody is refused for lack of room. Since a place depends on a
 * keyed hash, nobody can choose whose.
 *
 * `nowMs` is a clock that never goes backward and that all threads which share a table share.
 */
export interface Buckets {
  /** Draws on all buckets of the call or on none; the index of the one that refused, or -1. */
  take(call: BucketCall, nowMs: number): number;
  /** One bucket by itself: 0 where the call passes, or the ticks until it would. */
  takeOne(a: number, b: number, charge: number, tolerance: number, nowMs: number): number;
  /** Sees to it that a bucket is at least so far from full, ticks. */
  raise(a: number, b: number, ahead: number, nowMs: number): void;
  /** How far from full a bucket is, ticks; 0 is full. */
  ahead(a: number, b: number, nowMs: number): number;
  /** Frees the places of full buckets; how many keys are left. */
  sweep(nowMs: number): number;
  /** Buckets given up so far for lack of room. */
  evictions(): number;
  readonly byteLength: number;
}
