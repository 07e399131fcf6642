import { Prefix, type PrefixParts, type Random } from '@aegis/model';
import { PrefixTable } from '@aegis/netset';

/** What a feed must not restrict: as data, for a worker thread. */
export interface GuardRules {
  readonly widestV4: number;
  readonly widestV6: number;
  readonly protected: readonly Prefix[];
}

/**
 * Private address space (RFC 1918, RFC 6598, RFC 4193). Lists of addresses that must not appear on the Internet hold
 * it; here it is where operators and their proxies sit.
 */
export const PRIVATE_SPACE: readonly Prefix[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
] as readonly string[] as readonly Prefix[];

export interface Guard {
  /** Why the prefix may not be restricted, in a closed vocabulary. */
  refuse(prefix: PrefixParts): string | undefined;
}

/** Answers in time that grows with the logarithm of the number of protected prefixes. */
export function createGuard({ widestV4, widestV6, ...rules }: GuardRules, random: Random): Guard {
  const kept = new PrefixTable({ random });
  const starts: Record<4 | 6, string[]> = { 4: [], 6: [] };
  const add = (prefix: Prefix, kind: number): void => {
    const parts = Prefix.parts(prefix);
    kept.insert(parts, kind);
    starts[parts.family].push(startOf(parts));
  };
  for (const prefix of rules.protected) add(prefix, 0);
  for (const prefix of PRIVATE_SPACE) add(prefix, 1);
  starts[4].sort();
  starts[6].sort();
  const words = new Uint32Array(4);
  return {
    refuse(prefix) {
      const { family, length } = prefix;
      if (length < (family === 4 ? widestV4 : widestV6)) return 'wider than decisions.widest allows';
      words.set(prefix.words);
      // Its first address, within what encloses the whole of it.
      const around = kept.lookup(family, words);
      if (around >= 0) return around === 0 ? 'protected' : 'private address space';
      if (length === (family === 4 ? 32 : 128)) return undefined;
      const within = firstFrom(starts[family], startOf(prefix));
      return within !== undefined && within <= endOf(prefix) ? 'holds protected addresses' : undefined;
    },
  };
}

/** The first address in a form that sorts as numbers do. */
function startOf({ words }: PrefixParts): string {
  return hex(words);
}

function endOf({ family, words, length }: PrefixParts): string {
  const last = words.map((word, index) => {
    if (family === 4 && index > 0) return word;
    const bits = Math.min(32, Math.max(0, length - index * 32));
    return bits === 32 ? word : (word | (0xffff_ffff >>> bits)) >>> 0;
  });
  return hex(last);
}

function hex(words: readonly number[]): string {
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}

function firstFrom(sorted: readonly string[], from: string): string | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < from) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}
