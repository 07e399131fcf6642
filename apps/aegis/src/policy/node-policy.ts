import { defaultPolicy, type Policy } from '@aegis/decide';
import { Prefix, writeDuration } from '@aegis/model';
import type { Config } from '../config/config.ts';

type DecisionsConfig = Pick<Config, 'decisions'>;

/** Version 0: the default strategies with what the config says. */
export function configPolicy({ decisions }: DecisionsConfig): Policy {
  return {
    ...defaultPolicy,
    name: 'config',
    exempt: decisions.exempt,
    protected: decisions.protected,
    limits: {
      maxDurationSeconds: decisions.maxDurationMs / 1_000,
      widestV4: decisions.widestIpv4,
      widestV6: decisions.widestIpv6,
    },
    proposals: { ...defaultPolicy.proposals, minConfidence: decisions.minConfidence },
  };
}

/** What is protected on this node whatever its policy says: by the config, and its own addresses. */
export function nodeProtections({ decisions }: DecisionsConfig, own: readonly Prefix[]): readonly Prefix[] {
  return [...new Set([...decisions.protected, ...own])];
}

/** What is in force where `policy` was applied: whoever may change policies cannot lift these protections. */
export function withProtections(policy: Policy, protections: readonly Prefix[]): Policy {
  return { ...policy, protected: [...new Set([...policy.protected, ...protections])] };
}

/** What the config says besides protections and does not hold under this policy, in words. */
export function overruledBy(policy: Policy, { decisions }: DecisionsConfig): readonly string[] {
  const { limits, proposals } = policy;
  const exempt = new Set(policy.exempt);
  const missing = decisions.exempt.filter((prefix) => !exempt.has(prefix));
  const maxDurationMs = limits.maxDurationSeconds * 1_000;
  const differs = (key: string, config: string | number, here: string | number): readonly string[] =>
    config === here ? [] : [`decisions.${key} is ${config} in the config and ${here} in the policy`];
  return [
    ...(missing.length > 0
      ? [`decisions.exempt of the config has ${listed(missing)}, which the policy does not exempt`]
      : []),
    ...differs('max_duration', writeDuration(decisions.maxDurationMs), writeDuration(maxDurationMs)),
    ...differs('widest_ipv4', decisions.widestIpv4, limits.widestV4),
    ...differs('widest_ipv6', decisions.widestIpv6, limits.widestV6),
    ...differs('min_confidence', decisions.minConfidence, proposals.minConfidence),
  ];
}

const MOST_LISTED = 5;

function listed(prefixes: readonly Prefix[]): string {
  const more = prefixes.length - MOST_LISTED;
  return prefixes.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** What is used of the answer of `os.networkInterfaces`. */
export type Interfaces = Readonly<Record<string, readonly { readonly address: string }[] | undefined>>;

/** The addresses of a machine's interfaces, sorted and without duplicates. */
export function addressesOf(interfaces: Interfaces): readonly Prefix[] {
  const prefixes = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => Prefix.parse(address))
    .flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
  return [...new Set(prefixes)].sort();
}
