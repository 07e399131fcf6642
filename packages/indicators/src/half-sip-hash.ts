/**
 * HalfSipHash-1-3 with 32 bits out (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and their
 * reference code's half-width variant) over UTF-16 code units, two a word. Who chooses texts but does not know
 * the key cannot choose collisions.
 */
export function halfSipHash(key0: number, key1: number, salt: number, text: string, start: number): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = 0x6c796765 ^ key0;
  let v3 = 0x74656462 ^ key1;
  const units = text.length - start;
  const whole = start + (units & ~1);
  for (let i = start; i <= whole; i += 2) {
    const last = i === whole;
    const low = i < text.length ? text.charCodeAt(i) : 0;
    // The last word carries the length and the salt, as SipHash's carries the length.
    const word = last ? low ^ (((units & 0xfff) << 20) | (salt << 16)) : low | (text.charCodeAt(i + 1) << 16);
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
  v2 ^= 0xff;
  for (let round = 0; round < 3; round++) {
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
  }
  return v1 ^ v3;
}
