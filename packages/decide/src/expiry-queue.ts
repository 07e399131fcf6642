import type { Timestamp } from '@aegis/model';

/**
 * A binary heap by expiry, the soonest first, from which any member can be taken: all in O(log n). Members are rows,
 * integers from 0, each in it once at most; what `expires` says of one does not change meanwhile.
 */
export class ExpiryQueue {
  readonly #expires: (row: number) => Timestamp;
  #heap: Int32Array = new Int32Array(16);
  #size = 0;
  /** Where in the heap a row is. */
  #places: Int32Array = new Int32Array(16);

  constructor(expires: (row: number) => Timestamp) {
    this.#expires = expires;
  }

  get size(): number {
    return this.#size;
  }

  /** The row that ends first, -1 where there is none. */
  peek(): number {
    return this.#size === 0 ? -1 : (this.#heap[0] as number);
  }

  add(row: number): void {
    if (this.#size === this.#heap.length) this.#heap = grown(this.#heap, this.#size + 1);
    if (row >= this.#places.length) this.#places = grown(this.#places, row + 1);
    this.#rise(row, this.#size++);
  }

  /** The row must be in the queue. */
  remove(row: number): void {
    const last = this.#heap[--this.#size] as number;
    if (last === row) return;
    this.#sink(last, this.#places[row] as number);
    this.#rise(last, this.#places[last] as number);
  }

  #rise(row: number, from: number): void {
    const expires = this.#expires(row);
    let at = from;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = this.#heap[above] as number;
      if (this.#expires(parent) <= expires) break;
      this.#put(parent, at);
      at = above;
    }
    this.#put(row, at);
  }

  #sink(row: number, from: number): void {
    const expires = this.#expires(row);
    let at = from;
    for (let below = 2 * at + 1; below < this.#size; below = 2 * at + 1) {
      const right = below + 1;
      if (right < this.#size && this.#endsBefore(right, below)) below = right;
      const child = this.#heap[below] as number;
      if (expires <= this.#expires(child)) break;
      this.#put(child, at);
      at = below;
    }
    this.#put(row, at);
  }

  #endsBefore(place: number, other: number): boolean {
    return this.#expires(this.#heap[place] as number) < this.#expires(this.#heap[other] as number);
  }

  #put(row: number, at: number): void {
    this.#heap[at] = row;
    this.#places[row] = at;
  }
}

/** By half, to hold `least` at least. */
function grown(column: Int32Array, least: number): Int32Array {
  const larger = new Int32Array(Math.max(least, Math.ceil(column.length * 1.5)));
  larger.set(column);
  return larger;
}
