import {
  AegisError,
  type Family,
  Prefix,
  type PrefixParts,
  parseAddressWords,
  type Random,
} from '@aegis/model';
import type { Ipv4View } from './ipv4-view.ts';
import type { Ipv6View } from './ipv6-view.ts';
import { emptyPrefixSet, type PrefixSet } from './prefix-set.ts';
import { HASHING, SharedMemory } from './shared-memory.ts';
import { PRIVATE_MEMORY } from './table-memory.ts';
import { fillTabulation, TABULATION_WORDS } from './tabulation.ts';

/** The most prefixes that can enclose one address: /0 to /128. */
export const MOST_MATCHES = 129;

/** Values are 0 to this. */
export const LARGEST_VALUE = 0x7fff_fffe;

/** How the tables of a set are made: in the memory of one thread, or in a directory of shared memory. */
interface Ground {
  readonly hashing: Int32Array;
  readonly shared: SharedMemory | undefined;
  readonly directory: number;
}

/**
 * Longest-prefix match over IPv4 and IPv6 prefixes with a small integer each, typically an index into a list.
 *
 * A look-up allocates nothing and costs a hash probe for each prefix length in use, for fewer where there are
 * many prefixes. IPv4-mapped IPv6 addresses are IPv4. Addresses are in the form of `parseAddressWords`, of which
 * a family of 0 matches nothing; `words` has at least four elements. -1 says that there is none.
 *
 * One thread only, except that a table made by `shared` can be read by others with a `PrefixReader`.
 */
export class PrefixTable {
  readonly #ground: Ground;
  readonly #words: Uint32Array = new Uint32Array(4);
  #set: PrefixSet;
  #ipv4: Ipv4View;
  #ipv6: Ipv6View;
  #directory: number;
  #successor: PrefixTable | undefined;

  /** `random` keys the hash: where others choose the addresses it must be one that they cannot guess. */
  constructor(options: { readonly random: Random } | Ground) {
    this.#ground = 'random' in options ? privateGround(options.random) : options;
    const { hashing, shared, directory } = this.#ground;
    this.#set = emptyPrefixSet(hashing, shared?.directory(directory) ?? PRIVATE_MEMORY);
    this.#ipv4 = this.#set.ipv4;
    this.#ipv6 = this.#set.ipv6;
    this.#directory = directory;
  }

  /**
   * A table for a `PrefixReader` in each other thread. `mostBytes` is the address space set aside, for two sets
   * while one replaces the other; beyond it `insert` throws AegisError `shared_memory_full` and changes nothing.
   */
  static shared(options: { readonly random: Random; readonly mostBytes?: number }): PrefixTable {
    const shared = new SharedMemory(options.mostBytes ?? 1 << 30);
    const hashing = new Int32Array(shared.buffer, HASHING * 4, TABULATION_WORDS);
    fillTabulation(hashing, options.random);
    return new PrefixTable({ hashing, shared, directory: 0 });
  }

  /** What readers attach to, undefined for a table that is not shared. */
  get buffer(): SharedArrayBuffer | undefined {
    return this.#ground.shared?.buffer;
  }

  get size(): number {
    return this.#set.family(4).size + this.#set.family(6).size;
  }

  /** Memory held by the tables. */
  get bytes(): number {
    return this.#set.family(4).bytes + this.#set.family(6).bytes;
  }

  /** Sets the prefix's value; returns the one that it replaces. */
  insert(prefix: Prefix | PrefixParts, value: number): number {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_VALUE) {
      throw new AegisError('bad_table_value', `${value} is not an integer from 0 to ${LARGEST_VALUE}`);
    }
    const { family, length } = this.#read(prefix);
    return this.#set.family(family).put(this.#words, length, value);
  }

  /** Returns the value that the prefix had. */
  delete(prefix: Prefix | PrefixParts): number {
    const { family, length } = this.#read(prefix);
    return this.#set.family(family).remove(this.#words, length);
  }

  /** The value of exactly this prefix. */
  get(prefix: Prefix | PrefixParts): number {
    const { family, length } = this.#read(prefix);
    return this.#set.family(family).get(this.#words, length);
  }

  /** The value of the longest prefix that encloses the address. */
  lookup(family: Family, words: Uint32Array): number {
    if (family === 4) return this.#ipv4.lookup(words);
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
    this.successor();
    this.succeed();
  }

  /** An empty table to be filled, in as many steps as one likes, before `succeed`. Discards an earlier one. */
  successor(): PrefixTable {
    if (this.#successor !== undefined) this.#successor.#empty();
    const { hashing, shared } = this.#ground;
    this.#successor = new PrefixTable({ hashing, shared, directory: 1 - this.#directory });
    return this.#successor;
  }

  /** Takes over what is in the successor, in one step for all readers; the successor is not to be used again. */
  succeed(): void {
    const next = this.#successor;
    if (next === undefined) throw new AegisError('no_successor', 'there is no table to take over from');
    const old = this.#set;
    this.#set = next.#set;
    this.#ipv4 = next.#ipv4;
    this.#ipv6 = next.#ipv6;
    this.#directory = next.#directory;
    this.#successor = undefined;
    this.#ground.shared?.putInForce(this.#directory);
    old.family(4).clear();
    old.family(6).clear();
  }

  #empty(): void {
    this.#set.family(4).clear();
    this.#set.family(6).clear();
  }

  #read(prefix: Prefix | PrefixParts): PrefixParts {
    const parts = typeof prefix === 'string' ? Prefix.parts(prefix) : prefix;
    const { words } = parts;
    this.#words[0] = words[0];
    this.#words[1] = words[1];
    this.#words[2] = words[2];
    this.#words[3] = words[3];
    return parts;
  }
}

function privateGround(random: Random): Ground {
  const hashing = new Int32Array(TABULATION_WORDS);
  fillTabulation(hashing, random);
  return { hashing, shared: undefined, directory: 0 };
}
