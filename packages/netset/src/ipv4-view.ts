import { type FamilyView, NO_TABLE } from './family-view.ts';
import type { LengthView } from './length-view.ts';
import { hashWord } from './tabulation.ts';

const NO_WORDS = new Uint32Array(4);

/** Lengths 1 to 16 as bits of a root. */
const SHORT = 0x0000_ffff;
/** Lengths 25 to 32 as bits of a root. */
const DEEP = 0xff00_0000 | 0;

export const NET_WORDS: number = (1 << 24) >>> 5;
export const ROOT_WORDS: number = 1 << 16;

/**
 * Looks IPv4 addresses up: a hash probe for each length in use, longest first, or, with a guide, only for those
 * that can succeed.
 *
 * The guide is two arrays. `nets` has a bit for each /24 of the address space: whether any prefix longer than
 * /16 lies in it or covers it. `roots` has a word for each /16: bit n - 1 says that a prefix of length n, 1 to
 * 24, lies in it or covers it. Both may say yes where nothing is (any more), never no where something is. Most
 * addresses that nobody banned are answered by a bit and a word.
 */
export class Ipv4View implements FamilyView {
  readonly tables: LengthView[] = Array.from({ length: 33 }, () => NO_TABLE);
  nets: Int32Array = new Int32Array(0);
  roots: Int32Array = new Int32Array(0);
  readonly #hashing: Int32Array;
  /** Bit n - 1: there are prefixes of length n. */
  #inUse = 0;
  #everywhere = false;

  constructor(hashing: Int32Array) {
    this.#hashing = hashing;
  }

  use(length: number, table: LengthView | undefined): void {
    this.tables[length] = table ?? NO_TABLE;
    if (length === 0) this.#everywhere = table !== undefined;
    else if (table === undefined) this.#inUse &= ~(1 << (length - 1));
    else this.#inUse |= 1 << (length - 1);
  }

  lookup(words: Uint32Array): number {
    return this.lookupWord(words[0] as number);
  }

  lookupWord(address: number): number {
    let lengths = this.#candidates(address);
    while (lengths !== 0) {
      const value = this.#find(address, 32 - Math.clz32(lengths));
      if (value >= 0) return value;
      lengths &= 0x7fff_ffff >>> Math.clz32(lengths);
    }
    return this.#everywhere ? this.#whole() : -1;
  }

  matches(words: Uint32Array, out: Int32Array, from: number): number {
    const address = words[0] as number;
    let at = from;
    let lengths = this.#candidates(address);
    while (lengths !== 0 && at < out.length) {
      const value = this.#find(address, 32 - Math.clz32(lengths));
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
  #candidates(address: number): number {
    const { roots, nets } = this;
    if (roots.length === 0) return this.#inUse;
    const root = roots[address >>> 16] as number;
    const net = (nets[address >>> 13] as number) & (1 << (address >>> 8));
    return net === 0 ? root & SHORT : root | (this.#inUse & DEEP);
  }

  #find(address: number, length: number): number {
    const key = address & (-1 << (32 - length));
    return (this.tables[length] as LengthView).findWord(key, hashWord(this.#hashing, 0, key));
  }

  #whole(): number {
    return (this.tables[0] as LengthView).find(NO_WORDS, 0);
  }
}
