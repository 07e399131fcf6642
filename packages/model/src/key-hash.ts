import type { Random } from './random.ts';

/** Secret of the hash, two 32-bit words. Servers that share limits share it. */
export type HashKey = readonly [number, number];

/** What counts of a text where nothing else is said, characters. */
const LONGEST = 512;

export function randomHashKey(random: Random): HashKey {
  const word = (): number => Math.floor(random.next() * 4_294_967_296) | 0;
  return [word(), word()];
}

/**
 * HalfSipHash-1-3 with 64 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and its
 * 32-bit variant) over the UTF-16 code units of a text. Who does not know the key cannot choose texts that
 * collide. The result is left in `a` and `b` so that hashing allocates nothing. Servers that share limits compare
 * results: they must not change.
 */
export class KeyHash {
  a = 0;
  b = 0;
  readonly #k0: number;
  readonly #k1: number;
  readonly #longest: number;

  /** Of what is longer than `longest` the rest is worth its length only, so that a huge name costs no time. */
  constructor([k0, k1]: HashKey, longest: number = LONGEST) {
    this.#k0 = k0 | 0;
    this.#k1 = k1 | 0;
    this.#longest = longest;
  }

  /** Of the text from `start` on. */
  of(text: string, start: number = 0): void {
    const units = text.length - start;
    const length = Math.min(units, this.#longest);
    let v0 = this.#k0;
    let v1 = this.#k1 ^ 0xee;
    let v2 = this.#k0 ^ 0x6c796765;
    let v3 = this.#k1 ^ 0x74656462;
    const pairs = length >> 1;
    const last = pairs + 6;
    // A round for each block, the last of which has the length, then twice three to finish.
    for (let i = 0; i <= last; i++) {
      let word = 0;
      if (i < pairs) word = text.charCodeAt(start + (i << 1)) | (text.charCodeAt(start + (i << 1) + 1) << 16);
      else if (i === pairs)
        // The length in its upper half, and the odd unit where there is one.
        word = (units << 17) | ((length & 1) === 0 ? 0 : text.charCodeAt(start + length - 1));
      else if (i === pairs + 1) v2 ^= 0xee;
      else if (i === pairs + 4) {
        this.a = v1 ^ v3;
        v1 ^= 0xdd;
      }
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    this.b = v1 ^ v3;
  }
}
