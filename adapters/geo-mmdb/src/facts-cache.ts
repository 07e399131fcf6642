import type { GeoFacts } from '@aegis/ports';

/**
 * Facts by the offset of their record. Each offset has one place, which the last one put there has: constant
 * memory, no order to keep.
 */
export class FactsCache {
  readonly #mask: number;
  readonly #offsets: Float64Array;
  readonly #facts: (GeoFacts | undefined)[];

  /** Room for at least `entries`. */
  constructor(entries: number) {
    const size = 2 ** Math.ceil(Math.log2(entries));
    this.#mask = size - 1;
    this.#offsets = new Float64Array(size).fill(-1);
    this.#facts = new Array(size).fill(undefined);
  }

  get(offset: number): GeoFacts | undefined {
    const place = this.#place(offset);
    return this.#offsets[place] === offset ? this.#facts[place] : undefined;
  }

  put(offset: number, facts: GeoFacts): void {
    const place = this.#place(offset);
    this.#offsets[place] = offset;
    this.#facts[place] = facts;
  }

  /** Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): neighbours are spread. */
  #place(offset: number): number {
    return (Math.imul(offset, 0x9e37_79b1) >>> 8) & this.#mask;
  }
}
