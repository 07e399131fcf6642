import type { Address, Timestamp } from '@aegis/model';
import type { Filling } from './filling.ts';
import type { Rule } from './rule.ts';

/** What one rule holds of one source. */
export interface Bucket {
  level: number;
  /** Event time of the last drop. */
  at: Timestamp;
  /** Event time of the last drop that was counted. */
  countedAt: Timestamp;
  /** Event time of the first drop since the bucket was last empty, and how many since. */
  since: Timestamp;
  count: number;
  /** No report before this event time. */
  silentUntil: Timestamp;
  /** Steps taken, of a sequence. */
  step: number;
  /** Hashes of the distinct values in it; absent where the rule counts all. */
  seen?: Set<number>;
  /** Who filled it, where that is more than one; bounded. */
  clients?: Set<Address>;
}

export function newBucket(at: Timestamp): Bucket {
  return {
    level: 0,
    at,
    countedAt: Number.NEGATIVE_INFINITY,
    since: at,
    count: 0,
    silentUntil: Number.NEGATIVE_INFINITY,
    step: 0,
  };
}

/** Lets time pass: what leaks leaks, what is over is over. An event that comes late counts at the last drop's time. */
export function passTime(bucket: Bucket, filling: Filling, at: Timestamp): void {
  switch (filling.type) {
    case 'leaky':
      bucket.level = Math.max(0, bucket.level - Math.max(0, at - bucket.at) / filling.leak);
      if (bucket.level === 0) emptyBucket(bucket, at);
      break;
    case 'counter':
      if (at - bucket.since > filling.window) emptyBucket(bucket, at);
      break;
    case 'sequence':
      if (at - bucket.since > filling.within) emptyBucket(bucket, at);
      break;
    case 'trigger':
      emptyBucket(bucket, at);
  }
  bucket.at = Math.max(bucket.at, at);
}

/** One more drop; whether the bucket overflows. For a sequence: an event that fits the step at hand. */
export function addDrop(bucket: Bucket, filling: Filling): boolean {
  bucket.level += 1;
  bucket.count += 1;
  switch (filling.type) {
    case 'leaky':
    case 'counter':
      return bucket.level > filling.capacity;
    case 'trigger':
      return true;
    case 'sequence': {
      if (bucket.level < (filling.steps[bucket.step]?.at_least ?? 1)) return false;
      bucket.level = 0;
      bucket.step += 1;
      return bucket.step === filling.steps.length;
    }
  }
}

export function emptyBucket(bucket: Bucket, at: Timestamp): void {
  bucket.level = 0;
  bucket.since = at;
  bucket.count = 0;
  bucket.step = 0;
  bucket.seen?.clear();
  bucket.clients?.clear();
}

/** Whether it is any different from a new one for whatever comes at this event time or later. */
export function holdsAt(bucket: Bucket, { filling, apart }: Rule, at: Timestamp): boolean {
  if (at < bucket.silentUntil) return true;
  if (apart !== undefined && at - bucket.countedAt < apart) return true;
  if (bucket.count === 0) return false;
  switch (filling.type) {
    case 'leaky':
      return bucket.level > Math.max(0, at - bucket.at) / filling.leak;
    case 'counter':
      return at - bucket.since <= filling.window;
    case 'sequence':
      return at - bucket.since <= filling.within;
    case 'trigger':
      return false;
  }
}
