import { ALWAYS_PROTECTED } from '@aegis/decide';
import type { Clock, Decision, Logger, Prefix, Random } from '@aegis/model';
import type { PacketFilter } from '@aegis/packet-filter';
import type { Bus } from '@aegis/ports';
import type { Registry } from 'prom-client';
import type { EnforceSettings } from '../config/sections/enforce-section.ts';
import { Enforcement } from '../decisions/enforcement.ts';
import type { Part } from '../node/lifecycle.ts';
import type { Listed } from '../node/services.ts';
import type { Policies } from '../policy/policies.ts';
import { type EnforcerMetrics, enforcerMetrics, measuredEnforcer } from './measured-enforcer.ts';
import { type Firewall, openPacketFilter } from './open-packet-filter.ts';
import { countPackets } from './packet-metrics.ts';

export interface NodeFirewallOptions {
  readonly settings: EnforceSettings;
  readonly bus: Bus;
  readonly inForce: () => Iterable<Decision>;
  readonly onListed: Listed['onChange'];
  readonly policies: Pick<Policies, 'current' | 'enforces' | 'onChange'>;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const FIREWALLS: readonly Firewall[] = ['nftables', 'ipset'];

/** A firewall that obeys the node in its own process. */
export interface NodeFirewall extends Part {
  /** Empty when it works; otherwise what keeps it from working, in words. */
  readonly trouble: string;
}

export function nodeFirewalls(options: NodeFirewallOptions): readonly NodeFirewall[] {
  const { settings, registry } = options;
  const enabled = FIREWALLS.filter((firewall) => settings[firewall].enabled);
  const filters: PacketFilter[] = [];
  countPackets(registry, filters);
  if (enabled.length === 0) return [];
  const metrics = enforcerMetrics(registry);
  return enabled.map((firewall) =>
    nodeFirewall(firewall, options, metrics, (filter) => filters.push(filter)),
  );
}

function nodeFirewall(
  firewall: Firewall,
  { settings, bus, inForce, onListed, policies, clock, random, logger }: NodeFirewallOptions,
  metrics: EnforcerMetrics,
  onOpen: (filter: PacketFilter) => void,
): NodeFirewall {
  const protectedNow = (): readonly Prefix[] => {
    const { effective } = policies.current();
    return [...ALWAYS_PROTECTED, ...effective.protected, ...effective.exempt, ...settings.protect];
  };
  const { name } = settings[firewall];
  const { filter, by } = openPacketFilter({ firewall, name, clock, protectedPrefixes: protectedNow() });
  onOpen(filter);
  const enforcement = new Enforcement({
    enforcer: measuredEnforcer(filter, metrics, clock),
    bus,
    inForce,
    onListed,
    enforces: (decision) => policies.enforces(decision),
    random,
    logger,
  });
  // Another policy, or another address of this machine.
  const protectAnew = (): void => {
    filter.protect(protectedNow()).catch((error: unknown) => {
      logger.error({ firewall, error: String(error) }, 'what is protected could not be renewed');
    });
  };
  let unfollow = (): void => {};
  return {
    name: enforcement.name,
    get trouble() {
      return enforcement.trouble;
    },
    async start() {
      unfollow = policies.onChange(protectAnew);
      await enforcement.start();
      logger.info({ firewall, by, name }, 'this node enforces its decisions on its machine');
    },
    async stop() {
      unfollow();
      await enforcement.stop();
    },
  };
}
