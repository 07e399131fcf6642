import { type FamilyView, NO_TABLE } from './family-view.ts';
import type { LengthView } from './length-view.ts';
import { GATE_32, GATE_48, GATE_64, hashWord, SALTS } from './tabulation.ts';

/** Marks that are all set: everything may be there. */
const UNMARKED = new Int32Array([-1]);

/** Lengths 33 to 47 in use from which on their gate is worth a question. */
const GATED_FROM = 3;

/**
 * Looks IPv6 addresses up: a hash probe for each length in use, longest first, or, with a guide, only for those
 * that can succeed.
 *
 * The guide is a Bloom filter with one hash (B. Bloom, CACM 13(7), 1970), `marks`, with a mark for each prefix
 * and at three gates: for each /32 with prefixes of lengths 33 to 47 in it, each /48 with 48 to 128, and each /64
 * with 65 to 128. An address without a mark at a gate needs none of the lengths behind it. A mark can be there by
 * chance or from before, but is never missing.
 */
export class Ipv6View implements FamilyView {
  readonly tables: LengthView[] = Array.from({ length: 129 }, () => NO_TABLE);
  marks: Int32Array = UNMARKED;
  readonly #hashing: Int32Array;
  /** The tables in use, longest first. */
  #inUse: LengthView[] = [];
  /** How many of them are longer than 64, 47 and 32. */
  #over64 = 0;
  #over47 = 0;
  #over32 = 0;
  readonly #one: Int32Array = new Int32Array(1);

  constructor(hashing: Int32Array) {
    this.#hashing = hashing;
  }

  useMarks(marks: Int32Array | undefined): void {
    this.marks = marks ?? UNMARKED;
  }

  use(length: number, table: LengthView | undefined): void {
    this.tables[length] = table ?? NO_TABLE;
    this.#inUse = this.tables.filter((each) => each !== NO_TABLE).reverse();
    const over = (limit: number): number => this.#inUse.filter((each) => each.length > limit).length;
    this.#over64 = over(64);
    this.#over47 = over(47);
    this.#over32 = over(32);
  }

  /** Nothing is kept: who asks over IPv6 has addresses without end. */
  forget(): void {}

  lookup(words: Uint32Array): number {
    return this.matches(words, this.#one, 0) === 0 ? -1 : (this.#one[0] as number);
  }

  matches(words: Uint32Array, out: Int32Array, from: number): number {
    const tables = this.#hashing;
    const w0 = (words[0] as number) | 0;
    const w1 = (words[1] as number) | 0;
    const first = hashWord(tables, 0, w0);
    let at = from;
    if (this.#over47 > 0) {
      const high = (tables[1024 | (w1 >>> 24)] as number) ^ (tables[1280 | ((w1 >>> 16) & 255)] as number);
      if (this.#marked(first ^ high ^ (tables[GATE_48] as number))) at = this.#fine(words, first, out, at);
    }
    const middle = this.#over32 - this.#over47;
    if (middle > 0 && (middle < GATED_FROM || this.#marked(first ^ (tables[GATE_32] as number)))) {
      for (let i = this.#over47; i < this.#over32 && at < out.length; i++) {
        const table = this.#inUse[i] as LengthView;
        at = this.#probe(table, words, first ^ hashWord(tables, 1, w1 & table.mask1), out, at);
      }
    }
    for (let i = this.#over32; i < this.#inUse.length && at < out.length; i++) {
      const table = this.#inUse[i] as LengthView;
      at = this.#probe(table, words, hashWord(tables, 0, w0 & table.mask0), out, at);
    }
    return at - from;
  }

  /** Lengths 48 to 128. `first` is the hash of the first word; returns where `out` is filled to. */
  #fine(words: Uint32Array, first: number, out: Int32Array, from: number): number {
    const tables = this.#hashing;
    const w1 = (words[1] as number) | 0;
    const both = first ^ hashWord(tables, 1, w1);
    let at = from;
    if (this.#over64 > 0 && this.#marked(both ^ (tables[GATE_64] as number))) {
      for (let i = 0; i < this.#over64 && at < out.length; i++) {
        const table = this.#inUse[i] as LengthView;
        const w2 = (words[2] as number) & table.mask2;
        const w3 = (words[3] as number) & table.mask3;
        at = this.#probe(table, words, both ^ hashWord(tables, 2, w2) ^ hashWord(tables, 3, w3), out, at);
      }
    }
    for (let i = this.#over64; i < this.#over47 && at < out.length; i++) {
      const table = this.#inUse[i] as LengthView;
      at = this.#probe(table, words, first ^ hashWord(tables, 1, w1 & table.mask1), out, at);
    }
    return at;
  }

  #probe(table: LengthView, words: Uint32Array, hash: number, out: Int32Array, at: number): number {
    if (!this.#marked(hash ^ (this.#hashing[SALTS + table.length] as number))) return at;
    const value = table.find(words, hash);
    if (value < 0) return at;
    out[at] = value;
    return at + 1;
  }

  #marked(hash: number): boolean {
    const marks = this.marks;
    return (((marks[(hash >>> 5) & (marks.length - 1)] as number) >>> (hash & 31)) & 1) !== 0;
  }
}
