import { type Bucket, newBucket } from './bucket.ts';
import { type Used, UseOrder } from './use-order.ts';

/** Of the room, what buckets may have that were filled more than once. */
const ESTABLISHED_SHARE = 0.8;

interface Kept extends Used {
  readonly key: string;
  readonly bucket: Bucket;
  established: boolean;
}

/**
 * At most so many buckets. A bucket is new until it is filled a second time. When there is no room, the new one
 * that has waited longest goes first: a flood of sources that do one thing each pushes out only its like, and
 * whoever comes again stays. Of those the longest unused go when they fill more than their share.
 */
export class BucketStore {
  readonly #most: number;
  readonly #mostEstablished: number;
  readonly #kept = new Map<string, Kept>();
  readonly #fresh = new UseOrder<Kept>();
  readonly #established = new UseOrder<Kept>();
  #evicted = 0;

  constructor(most: number) {
    this.#most = most;
    this.#mostEstablished = Math.max(1, Math.floor(most * ESTABLISHED_SHARE));
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Buckets that had to go while they may still have held something. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string): Bucket | undefined {
    return this.#kept.get(key)?.bucket;
  }

  /** The bucket of this key, a new one where there is none, as the one used last. */
  use(key: string, at: number): Bucket {
    const known = this.#kept.get(key);
    if (known === undefined) return this.#add(key, newBucket(at));
    (known.established ? this.#established : this.#fresh).remove(known);
    known.established = true;
    this.#established.add(known);
    if (this.#established.size > this.#mostEstablished) this.#evict(this.#established);
    return known.bucket;
  }

  /**
   * Every bucket that is there now and still there when it is its turn, with whether it was filled more than once.
   * Between two of them the store may be used.
   */
  *all(): IterableIterator<readonly [key: string, bucket: Bucket, established: boolean]> {
    let left = this.#kept.size;
    for (const { key, bucket, established } of this.#kept.values()) {
      if (left-- === 0) return;
      yield [key, bucket, established];
    }
  }

  /** In place of one of this key, as the one used last. */
  put(key: string, bucket: Bucket, established: boolean): void {
    const known = this.#kept.get(key);
    if (known !== undefined) this.#remove(known);
    this.#add(key, bucket);
    if (established) this.use(key, bucket.at);
  }

  #add(key: string, bucket: Bucket): Bucket {
    const kept: Kept = {
      key,
      bucket,
      established: false,
      before: undefined,
      after: undefined,
    };
    this.#kept.set(key, kept);
    this.#fresh.add(kept);
    if (this.#kept.size > this.#most) this.#evict(this.#fresh);
    return kept.bucket;
  }

  #evict(order: UseOrder<Kept>): void {
    const { oldest } = order;
    if (oldest === undefined) return;
    this.#remove(oldest);
    this.#evicted += 1;
  }

  #remove(kept: Kept): void {
    (kept.established ? this.#established : this.#fresh).remove(kept);
    this.#kept.delete(kept.key);
  }
}
