import { Prefix, type PrefixParts } from '@aegis/model';
import { prefixesOverlap } from '@aegis/netset';
import type { Policy } from './policy.ts';

/**
 * Never restricted, whatever a policy says: the unspecified addresses (RFC 1122 3.2.1.3, RFC 4291 2.5.2),
 * loopback, and link-local ones, on which routers, neighbours and instance metadata answer (RFC 3927, RFC 4291).
 */
export const ALWAYS_PROTECTED: readonly Prefix[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::/128',
  '::1/128',
  'fe80::/10',
] as readonly string[] as readonly Prefix[];

/** Why a prefix must not be restricted. */
export interface Shield {
  readonly prefix: Prefix;
  readonly kind: 'protected' | 'exempt';
}

interface ParsedShield extends Shield {
  readonly parts: PrefixParts;
}

const parsed = new WeakMap<Policy, readonly ParsedShield[]>();

/** The first protected or exempt prefix that has an address in common with this one. */
export function shieldAgainst(policy: Policy, target: PrefixParts): Shield | undefined {
  return shieldsOf(policy).find(({ parts }) => prefixesOverlap(parts, target));
}

/** Parsed once for each policy: an import asks a million times. */
function shieldsOf(policy: Policy): readonly ParsedShield[] {
  let shields = parsed.get(policy);
  if (shields === undefined) {
    const make = (kind: Shield['kind']) => (prefix: Prefix) => ({
      prefix,
      kind,
      parts: Prefix.parts(prefix),
    });
    shields = [
      ...[...ALWAYS_PROTECTED, ...policy.protected].map(make('protected')),
      ...policy.exempt.map(make('exempt')),
    ];
    parsed.set(policy, shields);
  }
  return shields;
}
