import { type FamilyView, NO_TABLE } from './family-view.ts';
import { FREE, type LengthView } from './length-view.ts';
import { WordHash } from './word-hash.ts';

const NO_WORDS = new Uint32Array(4);

/** Lengths 25 to 32 as bits, and 32 alone. */
const DEEP = 0xff00_0000 | 0;
const HOST = 1 << 31;

/** What a cover's code of 1 to 15 is added to, to give its length. */
export const COVER_BASE = 9;

export const NET_WORDS: number = (1 << 24) >>> 4;
export const COVER_WORDS: number = (1 << 24) >>> 3;
export const ROOT_WORDS: number = 1 << 16;

/**
 * Looks IPv4 addresses up: a hash probe for each length in use, longest first, or, with a guide, only for those
 * that can succeed.
 *
 * The guide is three arrays. `nets` has two bits for each /24 of the address space: whether a longer prefix lies in
 * it (the lower one), and whether it is covered by a prefix of 1 to 24. `covers` has four bits for each /24: the
 * length of the longest such cover less {@link COVER_BASE}, or 0. `roots` has a word for each /16: bit n - 1 says
 * that a prefix of length n, 1 to 24, lies in it or covers it. All may speak of what is not there (any more); none
 * leaves out what is. Most addresses that nobody banned are answered by one word, most others by two and a probe.
 */
export class Ipv4View implements FamilyView {
  readonly tables: LengthView[] = Array.from({ length: 33 }, () => NO_TABLE);
  /** Empty where there is no guide. */
  nets: Int32Array = new Int32Array(0);
  covers: Int32Array = new Int32Array(0);
  roots: Int32Array = new Int32Array(0);
  readonly #hash: WordHash;
  #hosts: LengthView = NO_TABLE;
  /** Bit n - 1: there are prefixes of length n. */
  #inUse = 0;
  #everywhere = false;

  constructor(hashing: Int32Array) {
    this.#hash = new WordHash(hashing);
  }

  use(length: number, table: LengthView | undefined): void {
    this.tables[length] = table ?? NO_TABLE;
    this.#hosts = this.tables[32] as LengthView;
    if (length === 0) this.#everywhere = table !== undefined;
    else if (table === undefined) this.#inUse &= ~(1 << (length - 1));
    else this.#inUse |= 1 << (length - 1);
  }

  lookup(words: Uint32Array): number {
    return this.lookupWord(words[0] as number);
  }

  lookupWord(address: number): number {
    const key = address | 0;
    const nets = this.nets;
    if (nets.length === 0) return this.#orWhole(this.#longest(key, this.#inUse));
    const net = (nets[key >>> 12] as number) >>> ((key >>> 7) & 30);
    if ((net & 3) === 0) return this.#orWhole(-1);
    if ((net & 1) !== 0) {
      const deep = this.#inUse & DEEP;
      const value = deep === HOST ? probe(this.#hosts, key, this.#hash) : this.#longest(key, deep);
      if (value >= 0) return value;
      if ((net & 2) === 0) return this.#orWhole(-1);
    }
    const code = ((this.covers[key >>> 11] as number) >>> ((key >>> 6) & 28)) & 15;
    if (code !== 0) {
      const length = COVER_BASE + code;
      const value = probe(this.tables[length] as LengthView, key & (-1 << (32 - length)), this.#hash);
      if (value >= 0) return value;
    }
    return this.#orWhole(this.#longest(key, this.roots[key >>> 16] as number));
  }

  matches(words: Uint32Array, out: Int32Array, from: number): number {
    const key = (words[0] as number) | 0;
    let at = from;
    let lengths = this.#candidates(key);
    while (lengths !== 0 && at < out.length) {
      const value = this.#find(key, 32 - Math.clz32(lengths));
      if (value >= 0) out[at++] = value;
      lengths &= 0x7fff_ffff >>> Math.clz32(lengths);
    }
    if (this.#everywhere && at < out.length) {
      const value = this.#whole();
      if (value >= 0) out[at++] = value;
    }
    return at - from;
  }

  /** The lengths that a prefix around the address can have. */
  #candidates(key: number): number {
    const { nets } = this;
    if (nets.length === 0) return this.#inUse;
    const net = (nets[key >>> 12] as number) >>> ((key >>> 7) & 30);
    const deep = (net & 1) === 0 ? 0 : this.#inUse & DEEP;
    if ((net & 2) === 0) return deep;
    const code = ((this.covers[key >>> 11] as number) >>> ((key >>> 6) & 28)) & 15;
    return deep | ((this.roots[key >>> 16] as number) & ((1 << (COVER_BASE + code)) - 1));
  }

  /** Of these lengths. */
  #longest(key: number, lengths: number): number {
    for (let left = lengths; left !== 0; left &= 0x7fff_ffff >>> Math.clz32(left)) {
      const value = this.#find(key, 32 - Math.clz32(left));
      if (value >= 0) return value;
    }
    return -1;
  }

  #orWhole(value: number): number {
    return value < 0 && this.#everywhere ? this.#whole() : value;
  }

  #find(address: number, length: number): number {
    const key = address & (-1 << (32 - length));
    return probe(this.tables[length] as LengthView, key, this.#hash);
  }

  #whole(): number {
    return (this.tables[0] as LengthView).find(NO_WORDS, this.#hash.of(0));
  }
}

/** The value of a masked key, or -1. A short function: V8 makes it one piece with its caller. */
function probe(table: LengthView, key: number, hash: WordHash): number {
  const { cells, last } = table;
  // The count ends the search whatever another thread writes meanwhile: see `LengthView.locate`.
  for (let slot = hash.of(key) & last, left = last; left >= 0; slot = (slot + 1) & last, left--) {
    const stored = cells[slot << 1] as number;
    if (stored === FREE) return -1;
    if (cells[(slot << 1) | 1] === key && stored > FREE) return stored - 1;
  }
  return -1;
}
