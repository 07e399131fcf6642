/** Something in an order of use. */
export interface Used {
  before: Used | undefined;
  after: Used | undefined;
}

/**
 * Items in order of their last use, as a list linked through the items: each step costs the same however many there
 * are. (The first key of a Map is found past all that were deleted before it, which takes as long as there are many.)
 */
export class UseOrder<T extends Used> {
  #oldest: T | undefined;
  #newest: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Of an item that is in no order. */
  add(item: T): void {
    item.before = this.#newest;
    item.after = undefined;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.after = item;
    this.#newest = item;
    this.#size += 1;
  }

  /** Of an item that is in this order. */
  remove(item: T): void {
    const before = item.before as T | undefined;
    const after = item.after as T | undefined;
    if (before === undefined) this.#oldest = after;
    else before.after = after;
    if (after === undefined) this.#newest = before;
    else after.before = before;
    item.before = undefined;
    item.after = undefined;
    this.#size -= 1;
  }
}
