import type { Random } from '@aegis/model';

/** Bytes of the longest key, an IPv6 address. */
const KEY_BYTES = 16;

/** Where the salts begin: one for each prefix length 0 to 128, then those of the gates (see `ipv6-view.ts`). */
export const SALTS: number = KEY_BYTES * 256;

/** Salts of the gates below /32, /48 and /64. */
export const GATE_32: number = SALTS + 129;
export const GATE_48: number = SALTS + 130;
export const GATE_64: number = SALTS + 131;

export const TABULATION_WORDS: number = SALTS + 132;

/**
 * Random words for simple tabulation hashing: `tables[position * 256 + byte]`, and the hash of a key is the XOR
 * over its bytes. Three-wise independent, and linear probing over it takes expected constant time whatever the
 * keys are (Patrascu and Thorup, "The Power of Simple Tabulation Hashing", J. ACM 59(3), 2012), so that who
 * chooses addresses but does not know `random` cannot choose collisions.
 *
 * Byte 0 is worth 0 at every position: bits that a mask cleared cost nothing, and the hash of every prefix of an
 * address follows from the running XOR over its bytes. The salts tell prefixes of different lengths apart where
 * they share a table.
 */
export function fillTabulation(tables: Int32Array, random: Random): void {
  for (let i = 0; i < TABULATION_WORDS; i++) {
    tables[i] = i < SALTS && (i & 255) === 0 ? 0 : Math.floor(random.next() * 4_294_967_296);
  }
}

/** The byte at a position of an address, 0 the most significant. */
function byteAt(words: Uint32Array, position: number): number {
  return ((words[position >>> 2] as number) >>> (24 - ((position & 3) << 3))) & 255;
}

/** The hash of the first `length` bits. */
export function hashPrefix(tables: Int32Array, words: Uint32Array, length: number): number {
  const whole = length >>> 3;
  let hash = 0;
  for (let i = 0; i < whole; i++) hash ^= tables[(i << 8) | byteAt(words, i)] as number;
  const rest = length & 7;
  if (rest === 0) return hash;
  return hash ^ (tables[(whole << 8) | (byteAt(words, whole) & (0xff00 >>> rest))] as number);
}

/** Writes the hashes of the first `from + 1` to `to` bytes to `hashes`, at the number of bytes. */
export function hashBytes(
  tables: Int32Array,
  words: Uint32Array,
  hashes: Int32Array,
  from: number,
  to: number,
): void {
  let hash = hashes[from] as number;
  for (let i = from; i < to; i++) {
    hash ^= tables[(i << 8) | byteAt(words, i)] as number;
    hashes[i + 1] = hash;
  }
}

/** The hash of the first `length` bits, from what {@link hashBytes} wrote of as many bytes. */
export function hashFrom(
  tables: Int32Array,
  words: Uint32Array,
  hashes: Int32Array,
  length: number,
): number {
  const whole = length >>> 3;
  const hash = hashes[whole] as number;
  const rest = length & 7;
  if (rest === 0) return hash;
  return hash ^ (tables[(whole << 8) | (byteAt(words, whole) & (0xff00 >>> rest))] as number);
}
