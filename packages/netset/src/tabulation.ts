import type { Random } from '@aegis/model';

/** Bytes of the longest key, an IPv6 address. */
export const KEY_BYTES = 16;

/**
 * Random words for simple tabulation hashing: `tables[position * 256 + byte]`, and the hash of a key is the XOR
 * over its bytes. Three-wise independent, and linear probing over it takes expected constant time whatever the
 * keys are (Patrascu and Thorup, "The Power of Simple Tabulation Hashing", J. ACM 59(3), 2012), so that who
 * chooses addresses but does not know `random` cannot choose collisions.
 *
 * Byte 0 is worth 0 at every position: bits that a mask cleared cost nothing, and the hash of every prefix of an
 * address follows from the running XOR over its bytes.
 */
export function tabulationTables(random: Random): Int32Array {
  const tables = new Int32Array(KEY_BYTES * 256);
  for (let i = 0; i < tables.length; i++) {
    if ((i & 255) !== 0) tables[i] = Math.floor(random.next() * 4_294_967_296);
  }
  return tables;
}

/** The byte at a position of an address, 0 the most significant. */
export function byteAt(words: Uint32Array, position: number): number {
  return ((words[position >>> 2] as number) >>> (24 - ((position & 3) << 3))) & 255;
}
