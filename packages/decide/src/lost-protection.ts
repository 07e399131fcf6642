import type { Prefix } from '@aegis/model';
import type { Policy } from './policy.ts';
import { PrefixCover } from './prefix-cover.ts';
import { ALWAYS_PROTECTED } from './protection.ts';

/** Prefixes that `before` protects and `after` no longer does, as a whole; exempt ones are as good as protected. */
export function lostProtection(before: Policy, after: Policy): readonly Prefix[] {
  const kept = new PrefixCover([...ALWAYS_PROTECTED, ...after.protected, ...after.exempt]);
  return [...new Set(before.protected)].filter(
    (prefix) => kept.around(prefix, { orItself: true }) === undefined,
  );
}
