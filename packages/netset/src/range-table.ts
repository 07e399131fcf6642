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
}

const GUIDED = 1 << 16;

/**
 * The value of the longest prefix that holds an address, by binary search among the ranges that prefixes cut the
 * addresses into; the first 16 bits say where to search. Smaller than a `PrefixTable` (8 bytes a range, 20 in
 * IPv6) and never changed: a new one is built beside it. For data that is renewed as a whole.
 */
export class RangeTable {
  readonly #ipv4: Ranges;
  readonly #ipv6: Ranges;
  readonly #ipv4Guide: Uint32Array;
  readonly #ipv6Guide: Uint32Array;

  constructor(ipv4: Ranges, ipv6: Ranges) {
    this.#ipv4 = ipv4;
    this.#ipv6 = ipv6;
    this.#ipv4Guide = guideOf(ipv4.starts, 1);
    this.#ipv6Guide = guideOf(ipv6.starts, 4);
  }

  get bytes(): number {
    const arrays = [this.#ipv4Guide, this.#ipv6Guide, ...[this.#ipv4, this.#ipv6].flatMap(arraysOf)];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** 0 where there is nothing; `words` as of `parseAddressWords`. */
  lookup(family: Family, words: Uint32Array): number {
    if (family === 4) return this.#lookupIPv4(words[0] as number);
    return family === 6 ? this.#lookupIPv6(words) : 0;
  }

  #lookupIPv4(word: number): number {
    const { starts, values } = this.#ipv4;
    const guide = this.#ipv4Guide;
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
    const { starts, values } = this.#ipv6;
    const guide = this.#ipv6Guide;
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

/**
 * For each value of the first 16 bits how many ranges begin at or before its first address, so that the range of
 * an address is the last of those up to the next one's. The last element is how many there are.
 */
function guideOf(starts: Uint32Array, width: number): Uint32Array {
  const guide = new Uint32Array(GUIDED + 1);
  const count = starts.length / width;
  let range = 0;
  for (let high = 0; high < GUIDED; high++) {
    const first = high * GUIDED;
    while (range < count && startsBy(starts, range * width, width, first)) range++;
    guide[high] = range;
  }
  guide[GUIDED] = count;
  return guide;
}

/** Whether a range begins at or before the address whose first word this is and whose others are 0. */
function startsBy(starts: Uint32Array, at: number, width: number, word: number): boolean {
  const start = starts[at] as number;
  if (start !== word) return start < word;
  for (let i = 1; i < width; i++) if (starts[at + i] !== 0) return false;
  return true;
}

function arraysOf({ starts, values }: Ranges): readonly Uint32Array[] {
  return [starts, values];
}
