import { Prefix, type PrefixParts } from '@aegis/model';
import type { PolicyIssue } from './policy-issue.ts';
import { PrefixCover } from './prefix-cover.ts';

export type PrefixList = 'exempt' | 'protected';

/** A prefix of a list and how it was written. */
export interface WrittenPrefix {
  readonly index: number;
  readonly text: string;
  readonly prefix: Prefix;
}

const EFFECT: Readonly<Record<PrefixList, string>> = Object.freeze({
  exempt: 'is always allowed',
  protected: 'can never be restricted',
});

/** Wider than this is more than one operator's network, bits: an IPv4 /8, an IPv6 /16. */
const WIDE: Readonly<Record<4 | 6, number>> = Object.freeze({ 4: 8, 6: 16 });

/** What is odd about a list of prefixes: everybody, a great many, twice the same, one inside another, host bits. */
export function reviewPrefixes(list: PrefixList, written: readonly WrittenPrefix[]): readonly PolicyIssue[] {
  const first = new Map<string, WrittenPrefix>();
  for (const each of written) if (!first.has(each.prefix)) first.set(each.prefix, each);
  const cover = new PrefixCover(
    written.map(({ prefix }) => prefix).filter((prefix) => !prefix.endsWith('/0')),
  );
  return written.flatMap((each): readonly PolicyIssue[] => {
    const { index, prefix, text } = each;
    const parts = Prefix.parts(prefix);
    const say = (severity: PolicyIssue['severity'], message: string): PolicyIssue => ({
      severity,
      path: [list, index],
      about: 'value',
      message,
    });
    if (parts.length === 0) return [say('error', everybody(list, parts))];
    const twin = first.get(prefix);
    if (twin !== undefined && twin !== each)
      return [say('warning', `${prefix} is here twice, first as entry ${twin.index + 1}; remove one`)];
    const outer = cover.around(prefix, { orItself: false });
    if (outer !== undefined) {
      const place = (first.get(outer)?.index ?? 0) + 1;
      return [say('warning', `${prefix} lies in ${outer}, entry ${place}; it adds nothing`)];
    }
    return [
      ...(parts.length < WIDE[parts.family]
        ? [say('warning', `${prefix} is very wide: every client in it ${EFFECT[list]}`)]
        : []),
      ...(hasHostBits(text, parts)
        ? [say('warning', `${text} is read as ${prefix}; write that, or a longer prefix`)]
        : []),
    ];
  });
}

function everybody(list: PrefixList, { family }: PrefixParts): string {
  return (
    `is every IPv${family} client: each of them ${EFFECT[list]}, and no decision would have an effect; ` +
    'to watch without enforcing, give the strategies mode: shadow'
  );
}

function hasHostBits(text: string, { words }: PrefixParts): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return false;
  const address = Prefix.parse(text.slice(0, slash));
  return address.ok && Prefix.parts(address.value).words.some((word, at) => word !== words[at]);
}
