import { type FamilyView, NO_TABLE } from './family-view.ts';
import type { LengthView } from './length-view.ts';
import { GATE_32, GATE_48, GATE_64, hashBytes, hashFrom, SALTS } from './tabulation.ts';

/** Marks that are all set: everything may be there. */
const UNMARKED = new Int32Array([-1]);

/**
 * Looks IPv6 addresses up: a hash probe for each length in use, longest first, or, with a guide, only for those
 * that can succeed.
 *
 * The guide is a Bloom filter with one hash (B. Bloom, CACM 13(7), 1970), `marks`, with a mark for each prefix
 * and for the /32, /48 and /64 that have longer ones in them up to the next of these levels: gates. An address
 * without a mark at a gate needs none of the lengths behind it. A mark can be there by chance or from before,
 * but is never missing.
 */
export class Ipv6View implements FamilyView {
  readonly tables: LengthView[] = new Array<LengthView>(129).fill(NO_TABLE);
  marks: Int32Array = UNMARKED;
  readonly #hashing: Int32Array;
  /** Lengths in use, longest first. */
  #lengths: Int32Array = new Int32Array(0);
  /** How many of them are longer than 64, 48 and 32. */
  #over64 = 0;
  #over48 = 0;
  #over32 = 0;
  /** Bytes of an address that lengths up to 64 look at. */
  #bytes = 0;
  /** `#hashes[n]` is the hash of the first n bytes of the address at hand. */
  readonly #hashes: Int32Array = new Int32Array(17);
  readonly #one: Int32Array = new Int32Array(1);

  constructor(hashing: Int32Array) {
    this.#hashing = hashing;
  }

  get guided(): boolean {
    return this.marks !== UNMARKED;
  }

  useMarks(marks: Int32Array | undefined): void {
    this.marks = marks ?? UNMARKED;
  }

  use(length: number, table: LengthView | undefined): void {
    this.tables[length] = table ?? NO_TABLE;
    const lengths = [...this.tables.keys()].filter((each) => this.tables[each] !== NO_TABLE).reverse();
    this.#lengths = Int32Array.from(lengths);
    const over = (limit: number): number => lengths.filter((each) => each > limit).length;
    this.#over64 = over(64);
    this.#over48 = over(48);
    this.#over32 = over(32);
    this.#bytes = Math.min(8, (lengths[0] ?? 0) >>> 3);
  }

  lookup(words: Uint32Array): number {
    return this.matches(words, this.#one, 0) === 0 ? -1 : (this.#one[0] as number);
  }

  matches(words: Uint32Array, out: Int32Array, from: number): number {
    const tables = this.#hashing;
    const hashes = this.#hashes;
    hashBytes(tables, words, hashes, 0, this.#bytes);
    let at = from;
    if (this.#over48 > 0 && this.#marked((hashes[6] as number) ^ (tables[GATE_48] as number))) {
      if (this.#over64 > 0 && this.#marked((hashes[8] as number) ^ (tables[GATE_64] as number))) {
        hashBytes(tables, words, hashes, 8, 16);
        at = this.#search(words, 0, this.#over64, out, at);
      }
      at = this.#search(words, this.#over64, this.#over48, out, at);
    }
    const gated = this.#over32 > this.#over48;
    if (gated && this.#marked((hashes[4] as number) ^ (tables[GATE_32] as number))) {
      at = this.#search(words, this.#over48, this.#over32, out, at);
    }
    return this.#search(words, this.#over32, this.#lengths.length, out, at) - from;
  }

  /** Looks up some of the lengths; returns where `out` is filled to. */
  #search(words: Uint32Array, first: number, end: number, out: Int32Array, from: number): number {
    const lengths = this.#lengths;
    const tables = this.#hashing;
    let at = from;
    for (let i = first; i < end && at < out.length; i++) {
      const length = lengths[i] as number;
      const hash = hashFrom(tables, words, this.#hashes, length);
      if (!this.#marked(hash ^ (tables[SALTS + length] as number))) continue;
      const value = (this.tables[length] as LengthView).find(words, hash);
      if (value >= 0) out[at++] = value;
    }
    return at;
  }

  #marked(hash: number): boolean {
    const marks = this.marks;
    return (((marks[(hash >>> 5) & (marks.length - 1)] as number) >>> (hash & 31)) & 1) !== 0;
  }
}
