import type { PrefixParts } from '@aegis/model';

/** Whether every address of `inner` is one of `outer`. */
export function prefixContains(outer: PrefixParts, inner: PrefixParts): boolean {
  return (
    outer.family === inner.family && outer.length <= inner.length && sameBits(outer, inner, outer.length)
  );
}

/** Whether two prefixes have an address in common, which is to say that one contains the other. */
export function prefixesOverlap(a: PrefixParts, b: PrefixParts): boolean {
  return a.family === b.family && sameBits(a, b, Math.min(a.length, b.length));
}

function sameBits(a: PrefixParts, b: PrefixParts, bits: number): boolean {
  for (let word = 0; word * 32 < bits; word++) {
    const difference = (a.words[word] as number) ^ (b.words[word] as number);
    const counted = Math.min(32, bits - word * 32);
    if (difference >>> (32 - counted) !== 0) return false;
  }
  return true;
}
