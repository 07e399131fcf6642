import {
  AegisError,
  type Family,
  Prefix,
  type PrefixParts,
  parseAddressWords,
  type Random,
} from '@aegis/model';
import { FamilyTable } from './family-table.ts';
import { Ipv4Guide } from './ipv4-guide.ts';
import { Ipv4View } from './ipv4-view.ts';
import { Ipv6Guide } from './ipv6-guide.ts';
import { Ipv6View } from './ipv6-view.ts';
import { IPV4_LENGTHS, IPV6_LENGTHS } from './places.ts';
import { PRIVATE_MEMORY, type TableMemory } from './table-memory.ts';
import { fillTabulation, TABULATION_WORDS } from './tabulation.ts';

/** The most prefixes that can enclose one address: /0 to /128. */
export const MOST_MATCHES = 129;

/** Values are 0 to this. */
export const LARGEST_VALUE = 0x7fff_fffe;

/**
 * Longest-prefix match over IPv4 and IPv6 prefixes with a small integer each, typically an index into a list.
 *
 * A look-up allocates nothing and costs one hash probe for each prefix length in use. IPv4-mapped IPv6 addresses
 * are IPv4. Not to be shared between threads. Addresses are in the form of `parseAddressWords`, of which a family
 * of 0 matches nothing; `words` has at least four elements. -1 says that there is none.
 */
export class PrefixTable {
  readonly #v4: FamilyTable;
  readonly #v6: FamilyTable;
  readonly #words: Uint32Array = new Uint32Array(4);

  readonly #ipv4: Ipv4View;
  readonly #ipv6: Ipv6View;

  /** `random` keys the hash: where others choose the addresses it must be one that they cannot guess. */
  constructor({ random }: { readonly random: Random }) {
    const memory: TableMemory = PRIVATE_MEMORY;
    const hashing = memory.allocate(TABULATION_WORDS);
    fillTabulation(hashing, random);
    const ipv4 = new Ipv4View(hashing);
    const ipv6 = new Ipv6View(hashing);
    this.#ipv4 = ipv4;
    this.#ipv6 = ipv6;
    this.#v4 = new FamilyTable({
      view: ipv4,
      hashing,
      memory,
      firstPlace: IPV4_LENGTHS,
      newGuide: () => new Ipv4Guide(ipv4, memory),
    });
    this.#v6 = new FamilyTable({
      view: ipv6,
      hashing,
      memory,
      firstPlace: IPV6_LENGTHS,
      newGuide: (size) => new Ipv6Guide(ipv6, hashing, memory, size),
    });
  }

  get size(): number {
    return this.#v4.size + this.#v6.size;
  }

  /** Memory held by the tables. */
  get bytes(): number {
    return this.#v4.bytes + this.#v6.bytes;
  }

  /** Sets the prefix's value; returns the one that it replaces. */
  insert(prefix: Prefix | PrefixParts, value: number): number {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_VALUE) {
      throw new AegisError('bad_table_value', `${value} is not an integer from 0 to ${LARGEST_VALUE}`);
    }
    const { family, length } = this.#read(prefix);
    return this.#table(family).put(this.#words, length, value);
  }

  /** Returns the value that the prefix had. */
  delete(prefix: Prefix | PrefixParts): number {
    const { family, length } = this.#read(prefix);
    return this.#table(family).remove(this.#words, length);
  }

  /** The value of exactly this prefix. */
  get(prefix: Prefix | PrefixParts): number {
    const { family, length } = this.#read(prefix);
    return this.#table(family).get(this.#words, length);
  }

  /** The value of the longest prefix that encloses the address. */
  lookup(family: Family, words: Uint32Array): number {
    if (family === 4) return this.#ipv4.lookupWord(words[0] as number);
    return family === 6 ? this.#ipv6.lookup(words) : -1;
  }

  /** The same for an IPv4 address as an integer, signed or not. */
  lookupIPv4(address: number): number {
    return this.#ipv4.lookupWord(address);
  }

  lookupText(address: string): number {
    return this.lookup(parseAddressWords(address, this.#words), this.#words);
  }

  /**
   * Writes the values of all prefixes that enclose the address to `out` from index `from` on, the longest first,
   * as far as there is room ({@link MOST_MATCHES} always is enough), and returns how many.
   */
  matches(family: Family, words: Uint32Array, out: Int32Array, from: number = 0): number {
    if (family === 4) return this.#ipv4.matches(words, out, from);
    return family === 6 ? this.#ipv6.matches(words, out, from) : 0;
  }

  clear(): void {
    this.#v4.clear();
    this.#v6.clear();
  }

  #read(prefix: Prefix | PrefixParts): PrefixParts {
    const parts = typeof prefix === 'string' ? Prefix.parts(prefix) : prefix;
    this.#words.set(parts.words);
    return parts;
  }

  #table(family: 4 | 6): FamilyTable {
    return family === 4 ? this.#v4 : this.#v6;
  }
}
