import type { Timestamp } from '@aegis/model';

/** What the queue holds. `place` belongs to the queue. */
export interface Expiring {
  readonly expires: Timestamp;
  place: number;
}

/** A binary heap by expiry, the soonest first, from which any member can be taken: all in O(log n). */
export class ExpiryQueue<T extends Expiring> {
  readonly #heap: T[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The one that ends first. */
  peek(): T | undefined {
    return this.#heap[0];
  }

  add(item: T): void {
    this.#heap.push(item);
    this.#rise(item, this.#heap.length - 1);
  }

  /** The item must be in the queue. */
  remove(item: T): void {
    const last = this.#heap.pop() as T;
    if (last === item) return;
    this.#sink(last, item.place);
    this.#rise(last, last.place);
  }

  #rise(item: T, from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = this.#heap[above] as T;
      if (parent.expires <= item.expires) break;
      this.#put(parent, at);
      at = above;
    }
    this.#put(item, at);
  }

  #sink(item: T, from: number): void {
    let at = from;
    for (let below = 2 * at + 1; below < this.#heap.length; below = 2 * at + 1) {
      const left = this.#heap[below] as T;
      const right = this.#heap[below + 1];
      const child = right !== undefined && right.expires < left.expires ? right : left;
      if (item.expires <= child.expires) break;
      const place = child.place;
      this.#put(child, at);
      at = place;
    }
    this.#put(item, at);
  }

  #put(item: T, at: number): void {
    this.#heap[at] = item;
    item.place = at;
  }
}
