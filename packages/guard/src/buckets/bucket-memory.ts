/** Where a table's counts are, in words. */
export const EVICTIONS = 0;
/** Seconds, wrapped to 32 bits. */
export const SWEPT_AT = 1;
/** One thread at a time puts new keys into the lines of a stripe. */
export const LOCKS = 16;
export const LOCK_COUNT = 1024;

const HEADER_WORDS: number = LOCKS + LOCK_COUNT;

/** A line is a cache line: the tags of 8 buckets, then their times. */
export const LINE_WORDS = 16;
export const LINE_BUCKETS = 8;

/** A bucket that no key has. */
export const NO_TAG = 0;
/** The time of a bucket that a thread is about to give to another key. */
export const CLAIMED = 0;

/** A table's memory, to be handed to worker threads where the buffer is a SharedArrayBuffer. */
export interface BucketMemory {
  readonly words: Int32Array;
  readonly lineMask: number;
}

/**
 * Room for `keys` live keys: at most 64 bytes for each 8 of them, at a load of three quarters or less, in a power
 * of two. For 1,000,000 that is 16.8 MB.
 */
export function allocateBuckets(keys: number, shared: boolean): BucketMemory {
  const wanted = Math.ceil((keys * 4) / 3 / LINE_BUCKETS);
  const lines = 2 ** Math.max(1, Math.ceil(Math.log2(wanted)));
  const bytes = (HEADER_WORDS + lines * LINE_WORDS) * 4;
  return attachBuckets(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
}

/** The table in a buffer that another thread has made. */
export function attachBuckets(buffer: ArrayBufferLike): BucketMemory {
  const words = new Int32Array(buffer);
  return { words, lineMask: (words.length - HEADER_WORDS) / LINE_WORDS - 1 };
}

/** The word at which the line of a hash begins. */
export function lineOf(hash: number, lineMask: number): number {
  return HEADER_WORDS + (hash & lineMask) * LINE_WORDS;
}

/** The hash of the other line that a key may be in: a different one, that depends on the key's tag. */
export function otherLine(hash: number, tag: number): number {
  return hash ^ ((Math.imul(tag, 0x9e3779b1) >>> 7) | 1);
}

/** What is kept of the second half of a key's hash; never {@link NO_TAG}. */
export function tagOf(hash: number): number {
  return hash === NO_TAG ? 1 : hash;
}
