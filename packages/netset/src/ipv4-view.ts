import { type FamilyView, NO_TABLE } from './family-view.ts';
import { FREE, type LengthView } from './length-view.ts';
import { RecentAnswers } from './recent-answers.ts';
import { WordHash } from './word-hash.ts';

const NONE = new Int32Array(0);
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
 * `matches` remembers what it found last: who wants to know all prefixes has more to ask.
 */
export class Ipv4View implements FamilyView {
  readonly tables: LengthView[] = Array.from({ length: 33 }, () => NO_TABLE);
  #nets: Int32Array = NONE;
  #covers: Int32Array = NONE;
  #roots: Int32Array = NONE;
  /** With a guide only. */
  #recent: RecentAnswers | undefined;
  readonly #remembers: boolean;
  readonly #hash: WordHash;
  #hosts: LengthView = NO_TABLE;
  /** Bit n - 1: there are prefixes of length n. */
  #inUse = 0;
  #everywhere = false;

  /**
   * `remembers` says whether to keep what `matches` found. Only the thread that makes changes may: elsewhere a change
   * comes into force some time after it was counted, and nothing tells when.
   */
  constructor(hashing: Int32Array, { remembers }: { readonly remembers: boolean }) {
    this.#hash = new WordHash(hashing);
    this.#remembers = remembers;
  }

  use(length: number, table: LengthView | undefined): void {
    this.tables[length] = table ?? NO_TABLE;
    this.#hosts = this.tables[32] as LengthView;
    if (length === 0) this.#everywhere = table !== undefined;
    else if (table === undefined) this.#inUse &= ~(1 << (length - 1));
    else this.#inUse |= 1 << (length - 1);
  }

  /** All three or none. */
  useGuide(nets?: Int32Array, covers?: Int32Array, roots?: Int32Array): void {
    const whole = nets !== undefined && covers !== undefined && roots !== undefined;
    this.#nets = whole ? nets : NONE;
    this.#covers = whole ? covers : NONE;
    this.#roots = whole ? roots : NONE;
    this.#recent = whole && this.#remembers ? (this.#recent ?? new RecentAnswers()) : undefined;
    this.forget();
  }

  isGuidedBy(nets: Int32Array): boolean {
    return this.#nets === nets;
  }

  lookup(words: Uint32Array): number {
    return this.lookupWord(words[0] as number);
  }

  lookupWord(address: number): number {
    const key = address | 0;
    const nets = this.#nets;
    if (nets.length === 0) return this.#orWhole(this.#longest(key, this.#inUse));
    const net = (nets[key >>> 12] as number) >>> ((key >>> 7) & 30);
    if ((net & 3) === 0) return this.#orWhole(-1);
    if ((net & 1) !== 0) {
      const deep = this.#inUse & DEEP;
      const value = deep === HOST ? probe(this.#hosts, key, this.#hash) : this.#longest(key, deep);
      if (value >= 0) return value;
      if ((net & 2) === 0) return this.#orWhole(-1);
    }
    const code = ((this.#covers[key >>> 11] as number) >>> ((key >>> 6) & 28)) & 15;
    if (code !== 0) {
      const length = COVER_BASE + code;
      const value = probe(this.tables[length] as LengthView, key & (-1 << (32 - length)), this.#hash);
      if (value >= 0) return value;
    }
    return this.#orWhole(this.#longest(key, this.#roots[key >>> 16] as number));
  }

  matches(words: Uint32Array, out: Int32Array, from: number): number {
    const key = (words[0] as number) | 0;
    const recent = this.#recent;
    if (this.#nets.length === 0) return this.#gather(key, this.#inUse, out, from);
    const net = (this.#nets[key >>> 12] as number) >>> ((key >>> 7) & 30);
    if ((net & 3) === 0) return this.#gather(key, 0, out, from);
    if (recent === undefined || from === out.length)
      return this.#gather(key, this.#candidates(key, net), out, from);
    const cell = recent.cellOf(key);
    const known = recent.count(cell, key);
    if (known >= 0) {
      if (known > 0) out[from] = recent.value(cell);
      return known;
    }
    const count = this.#gather(key, this.#candidates(key, net), out, from);
    if (count < 2 && from + count < out.length)
      recent.keep(cell, key, count, count === 0 ? -1 : (out[from] as number));
    return count;
  }

  /** Answers given before count no more. */
  forget(): void {
    this.#recent?.forget();
  }

  /** Writes the values of these lengths, and of /0, as far as there is room. */
  #gather(key: number, lengths: number, out: Int32Array, from: number): number {
    let at = from;
    for (let left = lengths; left !== 0 && at < out.length; left &= 0x7fff_ffff >>> Math.clz32(left)) {
      const value = this.#find(key, 32 - Math.clz32(left));
      if (value >= 0) out[at++] = value;
    }
    if (this.#everywhere && at < out.length) {
      const value = this.#whole();
      if (value >= 0) out[at++] = value;
    }
    return at - from;
  }

  /** The lengths that a prefix around the address can have. */
  #candidates(key: number, net: number): number {
    const deep = (net & 1) === 0 ? 0 : this.#inUse & DEEP;
    if ((net & 2) === 0) return deep;
    const code = ((this.#covers[key >>> 11] as number) >>> ((key >>> 6) & 28)) & 15;
    return deep | ((this.#roots[key >>> 16] as number) & ((1 << (COVER_BASE + code)) - 1));
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
