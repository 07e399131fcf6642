/**
 * Where tables live. A region is Int32 words; its place is a number that says what it is for (`places.ts`). The
 * order of calls in one change: `begin`, then any of `allocate`, `place` and `release`, then the one store that
 * makes the change visible.
 */
export interface TableMemory {
  /** Tells readers that a change is under way: what they looked up meanwhile, they look up again. */
  begin(): void;
  /** A region of zeros. */
  allocate(words: number): Int32Array;
  /** The region takes the place, at once for all readers; `log` is for them to know its size. */
  place(place: number, region: Int32Array | undefined, log: number): void;
  /** The region is in no place any more. */
  release(region: Int32Array): void;
}

/** Of one thread. */
export const PRIVATE_MEMORY: TableMemory = Object.freeze({
  begin() {},
  allocate: (words: number) => new Int32Array(words),
  place() {},
  release() {},
});
