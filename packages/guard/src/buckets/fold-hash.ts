/**
 * Folds one hash into another, so that `user + device` needs no text of both. Both inputs are outputs of the keyed
 * hash, which nobody outside sees: a bijective mixer (murmur3's finaliser) is enough to spread them.
 */
export function foldHash(one: number, other: number, salt: number): number {
  let x = one ^ Math.imul(other ^ salt, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
