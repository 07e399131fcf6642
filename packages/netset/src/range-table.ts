import type { Family } from '@aegis/model';

/**
 * Disjoint ranges that cover all addresses of a family, in order: where each begins, and what is found there.
 * Plain arrays, so that one thread can build them and hand them to another.
 */
export interface Ranges {
  /** One word each for IPv4, four for IPv6; the first is 0. */
  readonly starts: Uint32Array;
  /** Above 0; 0 where there is nothing. */
  readonly values: Uint32Array;
  /**
   * For each value of the first 16 bits how many ranges begin at or before its first address, so that the range of
   * an address is the last of those up to the next one's. The last element is how many there are.
   */
  readonly guide: Uint32Array;
}

/**
 * The value of the longest prefix that holds an address, by binary search among the ranges that prefixes cut the
 * addresses into; the first 16 bits say where to search. Smaller than a `PrefixTable` (8 bytes a range, 20 in
 * IPv6) and never changed: a new one is built beside it. For data that is renewed as a whole.
 */
export class RangeTable {
  readonly #ipv4: Ranges;
  readonly #ipv6: Ranges;

  constructor(ipv4: Ranges, ipv6: Ranges) {
    this.#ipv4 = ipv4;
    this.#ipv6 = ipv6;
  }

  get bytes(): number {
    return [this.#ipv4, this.#ipv6].flatMap(arraysOf).reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** 0 where there is nothing; `words` as of `parseAddressWords`. */
  lookup(family: Family, words: Uint32Array): number {
    if (family === 4) return this.#lookupIPv4(words[0] as number);
    return family === 6 ? this.#lookupIPv6(words) : 0;
  }

  #lookupIPv4(word: number): number {
    const { starts, values, guide } = this.#ipv4;
    let low = guide[word >>> 16] as number;
    let high = guide[(word >>> 16) + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= word) low = middle + 1;
      else high = middle;
    }
    return values[low - 1] as number;
  }

  #lookupIPv6(words: Uint32Array): number {
    const { starts, values, guide } = this.#ipv6;
    const [w0, w1, w2, w3] = words as unknown as [number, number, number, number];
    let low = guide[w0 >>> 16] as number;
    let high = guide[(w0 >>> 16) + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * 4;
      const difference =
        (starts[at] as number) - w0 ||
        (starts[at + 1] as number) - w1 ||
        (starts[at + 2] as number) - w2 ||
        (starts[at + 3] as number) - w3;
      if (difference <= 0) low = middle + 1;
      else high = middle;
    }
    return values[low - 1] as number;
  }
}

/** What must be handed over for them to be handed over. */
export function arraysOf({ starts, values, guide }: Ranges): readonly Uint32Array[] {
  return [starts, values, guide];
}
