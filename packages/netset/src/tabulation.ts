import type { Random } from '@aegis/model';

/** Bytes of the longest key, an IPv6 address. */
const KEY_BYTES = 16;

/** Where the salts begin: one for each prefix length 0 to 128, then those of the gates (see `ipv6-view.ts`). */
export const SALTS: number = KEY_BYTES * 256;

/** Salts of the gates below /32, /48 and /64. */
export const GATE_32: number = SALTS + 129;
export const GATE_48: number = SALTS + 130;
export const GATE_64: number = SALTS + 131;

/** The three words of the hash of IPv4 keys (`word-hash.ts`). */
export const WORD_KEYS: number = SALTS + 132;

export const TABULATION_WORDS: number = WORD_KEYS + 3;

/**
 * Random words for simple tabulation hashing: `tables[position * 256 + byte]`, and the hash of a key is the XOR
 * over its bytes. Three-wise independent, and linear probing over it takes expected constant time whatever the
 * keys are (Patrascu and Thorup, "The Power of Simple Tabulation Hashing", J. ACM 59(3), 2012), so that who
 * chooses addresses but does not know `random` cannot choose collisions.
 *
 * Byte 0 is worth 0 at every position: bits that a mask cleared cost nothing, and the hash of every prefix of an
 * address follows from those of its words. The salts tell prefixes of different lengths apart where they share a
 * table.
 */
export function fillTabulation(tables: Int32Array, random: Random): void {
  for (let i = 0; i < TABULATION_WORDS; i++) {
    tables[i] = i < SALTS && (i & 255) === 0 ? 0 : Math.floor(random.next() * 4_294_967_296);
  }
}

/** The part of a hash that one word of the key is worth. `index` is 0 for the most significant word. */
export function hashWord(tables: Int32Array, index: number, word: number): number {
  const at = index << 10;
  return (
    (tables[at | (word >>> 24)] as number) ^
    (tables[at | 256 | ((word >>> 16) & 255)] as number) ^
    (tables[at | 512 | ((word >>> 8) & 255)] as number) ^
    (tables[at | 768 | (word & 255)] as number)
  );
}

/** The hash of the first `length` bits. */
export function hashPrefix(tables: Int32Array, words: Uint32Array, length: number): number {
  let hash = 0;
  for (let index = 0; index << 5 < length; index++) {
    hash ^= hashWord(tables, index, (words[index] as number) & maskOf(length - (index << 5)));
  }
  return hash;
}

/** The mask of a word of which the first `bits` count. */
export function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}
