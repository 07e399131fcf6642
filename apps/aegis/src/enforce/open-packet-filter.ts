import { createDryRunTools, createIpsetEnforcer, createSpawnedTools } from '@aegis/enforcer-ipset';
import { createDryRunNft, createNftablesEnforcer, openNft } from '@aegis/enforcer-nftables';
import type { Clock, Prefix } from '@aegis/model';
import type { PacketFilter } from '@aegis/packet-filter';

/** What this machine filters packets with. */
export type Firewall = 'nftables' | 'ipset';

export interface PacketFilterWish {
  readonly firewall: Firewall;
  /** Of the table, or what begins the names of sets and chains. */
  readonly name: string;
  readonly clock: Clock;
  readonly protectedPrefixes: readonly Prefix[];
  /** Told what would be done, in place of doing it. */
  readonly dryRun?: (commands: string) => void;
}

export interface OpenPacketFilter {
  readonly filter: PacketFilter;
  /** By what it acts, for people: `libnftables`. */
  readonly by: string;
}

/** Changes nothing yet. */
export function openPacketFilter(wish: PacketFilterWish): OpenPacketFilter {
  const { firewall, name, clock, protectedPrefixes, dryRun } = wish;
  if (firewall === 'ipset') {
    const tools = dryRun === undefined ? createSpawnedTools() : createDryRunTools(dryRun);
    return { filter: createIpsetEnforcer({ tools, clock, base: name, protectedPrefixes }), by: tools.name };
  }
  const nft = dryRun === undefined ? openNft() : createDryRunNft(dryRun);
  return { filter: createNftablesEnforcer({ nft, clock, table: name, protectedPrefixes }), by: nft.name };
}

/** Everything that it made, in words. */
export function placeOf(firewall: Firewall, name: string): string {
  return firewall === 'nftables'
    ? `table inet ${name}`
    : `sets ${name}-* and chains ${name.toUpperCase()}-FROM and -TO`;
}
