import { defaultPolicy, type Policy } from '@aegis/decide';
import { Prefix } from '@aegis/model';
import type { Config } from '../config/config.ts';

/** The default policy with what the config says, and this machine's own addresses, which nobody may ban. */
export function nodePolicy({ decisions }: Pick<Config, 'decisions'>, own: readonly Prefix[]): Policy {
  return {
    ...defaultPolicy,
    exempt: decisions.exempt,
    protected: [...decisions.protected, ...own],
    limits: {
      maxDurationSeconds: decisions.maxDurationMs / 1_000,
      widestV4: decisions.widestIpv4,
      widestV6: decisions.widestIpv6,
    },
    proposals: { ...defaultPolicy.proposals, minConfidence: decisions.minConfidence },
  };
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
