/**
 * What the request path leaves for others to look at: at most so many, the oldest first. Where there is no room a
 * new one is dropped and counted; nothing waits.
 */
export class MirrorRing<T> {
  readonly #slots: (T | undefined)[];
  #first = 0;
  #size = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#slots = new Array<T | undefined>(capacity).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.#slots.length;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Whether there was room. */
  push(item: T): boolean {
    if (this.isFull) {
      this.#dropped += 1;
      return false;
    }
    this.#slots[(this.#first + this.#size) % this.#slots.length] = item;
    this.#size += 1;
    return true;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#slots[this.#first];
    this.#slots[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#slots.length;
    this.#size -= 1;
    return item;
  }
}
