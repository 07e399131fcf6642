/** Where a table's counts are in its header, in words. */
export const EVICTIONS = 0;
/** Seconds, wrapped to 32 bits. */
export const SWEPT_AT = 1;
/** One thread at a time puts new keys into the lines of a stripe. */
export const LOCKS = 12;
export const LOCK_COUNT = 1024;

/**
 * Large buffers come from the system's allocator, whose blocks begin 16 bytes after a page (glibc keeps their size
 * there): behind 1,036 words of header, lines are where cache lines are. Elsewhere they straddle two, which costs
 * time only.
 */
const HEADER_WORDS: number = LOCKS + LOCK_COUNT;

/** A line is a cache line: the tags of 8 buckets, then their times. */
export const LINE_WORDS = 16;
export const LINE_BUCKETS = 8;
const LINE_SHIFT = 4;

/** Live keys for each place at most: above it, here and there both lines of a new key are full. */
const MOST_LOAD: number = 2 / 3;

/** A new key stays in its own line where so many places are free; below that the emptier of its two lines is sought. */
export const ROOM_TO_SPARE = 3;

/** A bucket that no key has. */
export const NO_TAG = 0;
/** The time of a bucket that a thread is about to give to another key. */
export const CLAIMED = 0;

/** A table's memory, to be handed to worker threads where the buffer is a SharedArrayBuffer. */
export interface BucketMemory {
  readonly buffer: ArrayBufferLike;
  readonly header: Int32Array;
  readonly lines: Int32Array;
  readonly lineMask: number;
}

/**
 * Room for `keys` live keys: 12 to 24 bytes for each, since the number of lines is a power of two. For 1,000,000
 * that is 16.8 MB.
 */
export function allocateBuckets(keys: number, shared: boolean): BucketMemory {
  const wanted = Math.ceil(keys / MOST_LOAD / LINE_BUCKETS);
  const lines = 2 ** Math.max(1, Math.ceil(Math.log2(wanted)));
  const bytes = (HEADER_WORDS + lines * LINE_WORDS) * 4;
  return attachBuckets(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
}

/** The table in a buffer that another thread has made. */
export function attachBuckets(buffer: ArrayBufferLike): BucketMemory {
  const header = new Int32Array(buffer, 0, HEADER_WORDS);
  const lines = new Int32Array(buffer, HEADER_WORDS * 4);
  return { buffer, header, lines, lineMask: lines.length / LINE_WORDS - 1 };
}

/**
 * Where a key is looked for first: the word of a tag in the line of its hash. The other places of the line are this
 * one XOR 1 to 7, in that order.
 */
export function homeOf(hash: number, tag: number, lineMask: number): number {
  return ((hash & lineMask) << LINE_SHIFT) | (tag & (LINE_BUCKETS - 1));
}

/** The hash of the other line that a key may be in: a different one, that depends on the key's tag. */
export function otherLine(hash: number, tag: number): number {
  return hash ^ ((Math.imul(tag, 0x9e3779b1) >>> 7) | 1);
}

/** What is kept of the second half of a key's hash; never {@link NO_TAG}. */
export function tagOf(hash: number): number {
  return hash === NO_TAG ? 1 : hash;
}
