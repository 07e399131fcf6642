import type { TrafficItem } from './traffic-item.ts';

interface Held {
  readonly item: TrafficItem;
  /** In the order of arrival. */
  readonly place: number;
}

/**
 * Puts requests that are nearly in order of time in order: holds so many and gives the earliest first; of one
 * time, those that came first. A binary heap.
 */
export class TimeOrder {
  readonly #capacity: number;
  readonly #heap: Held[] = [];
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Returns the earliest one where there is no more room. */
  add(item: TrafficItem): TrafficItem | undefined {
    this.#rise(this.#heap.push({ item, place: this.#count++ }) - 1);
    return this.#heap.length > this.#capacity ? this.#takeFirst() : undefined;
  }

  /** Takes out what is before this time, in order. */
  *before(at: number): Generator<TrafficItem> {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.item.at >= at) return;
      yield this.#takeFirst();
    }
  }

  #takeFirst(): TrafficItem {
    const first = this.#heap[0] as Held;
    const last = this.#heap.pop() as Held;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.item;
  }

  #rise(at: number): void {
    for (let child = at; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(): void {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      if (left >= this.#heap.length) return;
      const child = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return false;
    return x.item.at < y.item.at || (x.item.at === y.item.at && x.place < y.place);
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a] as Held;
    this.#heap[a] = this.#heap[b] as Held;
    this.#heap[b] = held;
  }
}
