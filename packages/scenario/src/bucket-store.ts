import { type Bucket, newBucket } from './bucket.ts';

/** Of the room, what buckets may have that were filled more than once. */
const ESTABLISHED_SHARE = 0.8;

/**
 * At most so many buckets. A bucket is new until it is filled a second time. When there is no room, the new one
 * that has waited longest goes first: a flood of sources that do one thing each pushes out only its like, and
 * whoever comes again stays. Of those the longest unused go when they fill more than their share.
 */
export class BucketStore {
  readonly #most: number;
  readonly #mostEstablished: number;
  /** Both in order of use: the first is the longest unused. */
  readonly #fresh = new Map<string, Bucket>();
  readonly #established = new Map<string, Bucket>();
  #evicted = 0;

  constructor(most: number) {
    this.#most = most;
    this.#mostEstablished = Math.max(1, Math.floor(most * ESTABLISHED_SHARE));
  }

  get size(): number {
    return this.#fresh.size + this.#established.size;
  }

  /** Buckets that had to go while they may still have held something. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string): Bucket | undefined {
    return this.#established.get(key) ?? this.#fresh.get(key);
  }

  /** The bucket of this key, a new one where there is none, as the one used last. */
  use(key: string, at: number): Bucket {
    const established = this.#established.get(key);
    if (established !== undefined) {
      this.#established.delete(key);
      this.#established.set(key, established);
      return established;
    }
    const fresh = this.#fresh.get(key);
    if (fresh !== undefined) {
      this.#fresh.delete(key);
      this.#established.set(key, fresh);
      if (this.#established.size > this.#mostEstablished) this.#dropFirst(this.#established);
      return fresh;
    }
    const bucket = newBucket(at);
    this.#fresh.set(key, bucket);
    if (this.size > this.#most) this.#dropFirst(this.#fresh);
    return bucket;
  }

  #dropFirst(buckets: Map<string, Bucket>): void {
    const first = buckets.keys().next();
    if (first.done === true) return;
    buckets.delete(first.value);
    this.#evicted += 1;
  }
}
