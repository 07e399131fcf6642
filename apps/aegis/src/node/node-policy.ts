import { networkInterfaces } from 'node:os';
import { defaultPolicy, type Policy } from '@aegis/decide';
import { Prefix } from '@aegis/model';
import type { Config } from '../config/config.ts';

/** The default policy with what the config says, and this machine's own addresses, which nobody may ban. */
export function nodePolicy({ decisions }: Config): Policy {
  return {
    ...defaultPolicy,
    exempt: decisions.exempt,
    protected: [...decisions.protected, ...ownAddresses()],
    limits: {
      maxDurationSeconds: decisions.maxDurationMs / 1_000,
      widestV4: decisions.widestIpv4,
      widestV6: decisions.widestIpv6,
    },
    proposals: { ...defaultPolicy.proposals, minConfidence: decisions.minConfidence },
  };
}

function ownAddresses(): readonly Prefix[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => Prefix.parse(address))
    .flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
}
