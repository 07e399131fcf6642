/** A sample as plain data, for a snapshot. */
export interface SampleState<T> {
  readonly seen: number;
  readonly first: readonly T[];
  readonly odd: readonly { readonly number: number; readonly rank: number; readonly item: T }[];
}

export interface SampleSize {
  readonly first: number;
  readonly odd: number;
}

interface Ranked<T> {
  readonly number: number;
  readonly rank: number;
  readonly item: T;
}

/**
 * A bounded sample of a sequence: its first items, so that timing and order can be judged, and of the rest
 * those of the highest rank, so that an attack cannot hide behind padding. Among equal ranks each has the same
 * chance, drawn by its number, so the same sequence always gives the same sample.
 */
export class ObservationSample<T> {
  readonly #size: SampleSize;
  readonly #first: T[];
  readonly #odd: Ranked<T>[];
  #seen: number;
  #lowest: number;

  constructor(size: SampleSize, state?: SampleState<T>) {
    this.#size = size;
    this.#first = [...(state?.first ?? [])];
    this.#odd = [...(state?.odd ?? [])];
    this.#seen = state?.seen ?? 0;
    this.#lowest = this.#findLowest();
  }

  /** How many items were added, kept or not. */
  get seen(): number {
    return this.#seen;
  }

  /** Returns the item that is no longer kept, which may be the new one. */
  add(item: T, rank: number): T | undefined {
    const entry = { number: this.#seen++, rank, item };
    if (this.#first.length < this.#size.first) {
      this.#first.push(item);
      return undefined;
    }
    if (this.#odd.length < this.#size.odd) {
      this.#odd.push(entry);
      this.#lowest = this.#findLowest();
      return undefined;
    }
    const lowest = this.#odd[this.#lowest];
    if (lowest === undefined || !outranks(entry, lowest)) return item;
    this.#odd[this.#lowest] = entry;
    this.#lowest = this.#findLowest();
    return lowest.item;
  }

  /** In the order in which they were added. */
  items(): readonly T[] {
    const odd = this.#odd.toSorted((a, b) => a.number - b.number);
    return [...this.#first, ...odd.map((entry) => entry.item)];
  }

  state(): SampleState<T> {
    return { seen: this.#seen, first: [...this.#first], odd: [...this.#odd] };
  }

  #findLowest(): number {
    let lowest = 0;
    for (let i = 1; i < this.#odd.length; i++) {
      if (outranks(this.#odd[lowest] as Ranked<T>, this.#odd[i] as Ranked<T>)) lowest = i;
    }
    return lowest;
  }
}

function outranks(a: Ranked<unknown>, b: Ranked<unknown>): boolean {
  return a.rank === b.rank ? drawn(a.number) > drawn(b.number) : a.rank > b.rank;
}

/** A 32-bit permutation that looks random (the finalizer of MurmurHash3, public domain). */
function drawn(number: number): number {
  let hash = number >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
