import { type Decision, Prefix, type PrefixParts, type Scope } from '@aegis/model';

/**
 * The decisions that an address or prefix lies in: one look-up for each prefix length, whatever there is in force.
 * Of a prefix the decisions on wider ones count, those on a part of it do not.
 */
export function enclosingDecisions(
  { family, words, length }: PrefixParts,
  on: (scope: Scope, value: string) => readonly Decision[],
): readonly Decision[] {
  const found: Decision[] = [];
  for (let bits = 0; bits <= length; bits++) {
    const prefix = Prefix.format({ family, words: maskedWords(words, bits), length: bits });
    found.push(...on('range', prefix));
    if (Prefix.isHost(prefix)) found.push(...on('ip', prefix.slice(0, prefix.indexOf('/'))));
  }
  return found;
}

function maskedWords(words: PrefixParts['words'], bits: number): PrefixParts['words'] {
  const at = (index: number): number => {
    const ones = Math.min(32, Math.max(0, bits - index * 32));
    return ones === 0 ? 0 : ((words[index] as number) & (0xffff_ffff << (32 - ones))) >>> 0;
  };
  return [at(0), at(1), at(2), at(3)];
}
