import { LengthTable } from './length-table.ts';
import { byteAt, KEY_BYTES } from './tabulation.ts';

/**
 * The prefixes of one address family, a {@link LengthTable} for each length in use, searched from the longest
 * to the shortest. Keys are four words; IPv4 counts only the first.
 */
export class FamilyTable {
  readonly #tables: Int32Array;
  /** Longest first. */
  #lengths: LengthTable[] = [];
  /** Bytes of an address that the longest length looks at. */
  #bytes = 0;
  /** `#hashes[n]` is the hash of the first n bytes of the address at hand. */
  readonly #hashes: Int32Array = new Int32Array(KEY_BYTES + 1);

  constructor(tables: Int32Array) {
    this.#tables = tables;
  }

  get size(): number {
    return this.#lengths.reduce((sum, table) => sum + table.size, 0);
  }

  get bytes(): number {
    return this.#lengths.reduce((sum, table) => sum + table.bytes, 0);
  }

  get(words: Uint32Array, length: number): number {
    const table = this.#tableOf(length);
    if (table === undefined) return -1;
    this.#hashBytes(words);
    return table.find(words, this.#hashOf(words, length));
  }

  put(words: Uint32Array, length: number, value: number): number {
    const table = this.#tableOf(length) ?? this.#open(length);
    this.#hashBytes(words);
    return table.put(words, this.#hashOf(words, length), value);
  }

  remove(words: Uint32Array, length: number): number {
    const table = this.#tableOf(length);
    if (table === undefined) return -1;
    this.#hashBytes(words);
    const value = table.remove(words, this.#hashOf(words, length));
    if (table.size === 0) this.#use(this.#lengths.filter((other) => other !== table));
    return value;
  }

  lookup(words: Uint32Array): number {
    const lengths = this.#lengths;
    if (lengths.length === 0) return -1;
    this.#hashBytes(words);
    for (let i = 0; i < lengths.length; i++) {
      const table = lengths[i] as LengthTable;
      const value = table.find(words, this.#hashOf(words, table.length));
      if (value >= 0) return value;
    }
    return -1;
  }

  matches(words: Uint32Array, out: Int32Array, from: number): number {
    const lengths = this.#lengths;
    if (lengths.length === 0) return 0;
    this.#hashBytes(words);
    let at = from;
    for (let i = 0; i < lengths.length && at < out.length; i++) {
      const table = lengths[i] as LengthTable;
      const value = table.find(words, this.#hashOf(words, table.length));
      if (value >= 0) out[at++] = value;
    }
    return at - from;
  }

  clear(): void {
    this.#use([]);
  }

  #tableOf(length: number): LengthTable | undefined {
    return this.#lengths.find((table) => table.length === length);
  }

  #open(length: number): LengthTable {
    const table = new LengthTable(length, this.#tables);
    this.#use([...this.#lengths, table].sort((a, b) => b.length - a.length));
    return table;
  }

  #use(lengths: LengthTable[]): void {
    this.#lengths = lengths;
    this.#bytes = (lengths[0]?.length ?? 0) >>> 3;
  }

  #hashBytes(words: Uint32Array): void {
    const hashes = this.#hashes;
    const tables = this.#tables;
    let hash = 0;
    for (let i = 0; i < this.#bytes; i++) {
      hash ^= tables[(i << 8) | byteAt(words, i)] as number;
      hashes[i + 1] = hash;
    }
  }

  #hashOf(words: Uint32Array, length: number): number {
    const whole = length >>> 3;
    const rest = length & 7;
    const hash = this.#hashes[whole] as number;
    if (rest === 0) return hash;
    return hash ^ (this.#tables[(whole << 8) | (byteAt(words, whole) & (0xff00 >>> rest))] as number);
  }
}
