/** Times that a slot of each class holds; a pair begins with the first and moves on. */
const CLASSES = [4, 16, 64, 256] as const;
const CLASS_BITS = 2;
/** No slot. */
export const NO_SLOT = 0xffff_ffff;

/**
 * Memory for the times of pairs: slots of four sizes from one pool, so that the many pairs that are seen a few times
 * cost little. A handle is the slot's number and its class.
 */
export class TimePool {
  readonly #most: number;
  readonly #times: Uint32Array[] = CLASSES.map(() => new Uint32Array(0));
  readonly #used: number[] = CLASSES.map(() => 0);
  readonly #free: number[][] = CLASSES.map(() => []);
  #held = 0;

  /** `most`: times that all slots together may hold. */
  constructor(most: number) {
    this.#most = most;
  }

  get bytes(): number {
    return this.#times.reduce((sum, times) => sum + times.byteLength, 0);
  }

  capacity(handle: number): number {
    return CLASSES[handle & (CLASSES.length - 1)] as number;
  }

  /** A slot that holds at least `length` times, or NO_SLOT where the pool is used up. */
  take(length: number): number {
    const index = CLASSES.findIndex((size) => size >= length);
    const size = CLASSES[index];
    if (size === undefined || this.#held + size > this.#most) return NO_SLOT;
    this.#held += size;
    const slot = this.#free[index]?.pop() ?? this.#extend(index, size);
    return ((slot << CLASS_BITS) | index) >>> 0;
  }

  give(handle: number): void {
    const index = handle & (CLASSES.length - 1);
    this.#held -= CLASSES[index] as number;
    this.#free[index]?.push(handle >>> CLASS_BITS);
  }

  /** The next larger slot with the same times, the old one given back; the handle itself where there is none. */
  grow(handle: number): number {
    const size = this.capacity(handle);
    const larger = this.take(size + 1);
    if (larger === NO_SLOT) return handle;
    for (let i = 0; i < size; i++) this.set(larger, i, this.get(handle, i));
    this.give(handle);
    return larger;
  }

  get(handle: number, index: number): number {
    const kind = handle & (CLASSES.length - 1);
    return (this.#times[kind] as Uint32Array)[
      (handle >>> CLASS_BITS) * (CLASSES[kind] as number) + index
    ] as number;
  }

  set(handle: number, index: number, time: number): void {
    const kind = handle & (CLASSES.length - 1);
    (this.#times[kind] as Uint32Array)[(handle >>> CLASS_BITS) * (CLASSES[kind] as number) + index] = time;
  }

  #extend(index: number, size: number): number {
    const slot = this.#used[index] as number;
    this.#used[index] = slot + 1;
    const times = this.#times[index] as Uint32Array;
    if ((slot + 1) * size > times.length) {
      const larger = new Uint32Array(Math.max(size * 64, Math.ceil((times.length * 1.5) / size) * size));
      larger.set(times);
      this.#times[index] = larger;
    }
    return slot;
  }
}
