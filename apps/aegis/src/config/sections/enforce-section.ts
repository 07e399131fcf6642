import type { Prefix } from '@aegis/model';
import type { Section } from '../setting.ts';
import { flag, prefixes, text } from '../setting-kinds.ts';

export interface FirewallSettings {
  readonly enabled: boolean;
  /** Of the table, or what begins the names of sets and chains. */
  readonly name: string;
}

export interface EnforceSettings {
  readonly nftables: FirewallSettings;
  readonly ipset: FirewallSettings;
  readonly protect: readonly Prefix[];
}

const nftables: Section<FirewallSettings> = {
  is: 'section',
  key: 'nftables',
  doc: 'Packets from and to banned addresses are dropped by nftables on this machine, without a second process. Needs root or CAP_NET_ADMIN.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Turns it on.', initial: false }),
    name: text({
      key: 'table',
      doc: "The table in family inet; all in it is Aegis'.",
      initial: 'aegis',
      pattern: /^[A-Za-z_][A-Za-z0-9_]{0,30}$/,
      expected: 'a name of 1 to 31 letters, digits or "_"',
    }),
  },
};

const ipset: Section<FirewallSettings> = {
  is: 'section',
  key: 'ipset',
  doc: 'The same by ipset and iptables, for machines without nftables.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Turns it on.', initial: false }),
    name: text({
      key: 'name',
      doc: 'What the names of sets and chains begin with.',
      initial: 'aegis',
      pattern: /^[A-Za-z_][A-Za-z0-9_]{0,14}$/,
      expected: 'a name of 1 to 15 letters, digits or "_"',
    }),
  },
};

export const enforceSection: Section<EnforceSettings> = {
  is: 'section',
  key: 'enforce',
  doc: 'What this node itself carries out on its machine. Bans stay in the kernel when the node ends, each until its time; "aegis enforce nftables --clear" removes them.',
  members: {
    nftables,
    ipset,
    protect: prefixes({
      key: 'protect',
      doc: "Addresses and prefixes whose packets always pass here, besides what the policy protects and exempts and this machine's own addresses.",
      most: 1024,
    }),
  },
};
