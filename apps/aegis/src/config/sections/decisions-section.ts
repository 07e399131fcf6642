import type { Prefix } from '@aegis/model';
import type { Section } from '../setting.ts';
import { duration, prefixes, whole } from '../setting-kinds.ts';

export interface DecisionsSettings {
  readonly exempt: readonly Prefix[];
  readonly protected: readonly Prefix[];
  readonly minConfidence: number;
  readonly maxDurationMs: number;
  readonly widestIpv4: number;
  readonly widestIpv6: number;
  readonly maxInForce: number;
}

export const decisionsSection: Section<DecisionsSettings> = {
  is: 'section',
  key: 'decisions',
  doc: 'What decisions may do. The strategies that make them are in the policy.',
  members: {
    exempt: prefixes({
      key: 'exempt',
      doc: 'Clients that always pass, whatever is decided about them: monitoring, partners.',
      cost: 'An attack from these addresses is seen and never stopped.',
      most: 10_000,
    }),
    protected: prefixes({
      key: 'protected',
      doc: 'Addresses that no decision may ever restrict, so that nobody is locked out: your management networks. Loopback and the own addresses of this machine are always protected.',
      cost: 'Nobody, not even an administrator, can block these addresses here.',
      most: 10_000,
    }),
    minConfidence: whole({
      key: 'min_confidence',
      doc: 'A detection less sure than this (0 to 100) is recorded and decides nothing.',
      cost: 'Raising it misses attacks; lowering it blocks innocents.',
      initial: 50,
      min: 0,
      max: 100,
      unit: 'percent',
    }),
    maxDurationMs: duration({
      key: 'max_duration',
      doc: 'No decision holds longer, whoever makes it; longer wishes are cut to this.',
      cost: 'Mistakes stay in force for longer, and addresses change hands.',
      initial: '365d',
      min: '1m',
      max: '3650d',
    }),
    widestIpv4: whole({
      key: 'widest_ipv4',
      doc: 'The shortest IPv4 prefix that may be restricted: 8 allows up to a /8.',
      cost: 'Lowering it allows larger mistakes.',
      initial: 8,
      min: 0,
      max: 32,
      unit: 'bits',
    }),
    widestIpv6: whole({
      key: 'widest_ipv6',
      doc: 'The shortest IPv6 prefix that may be restricted; a /19 is the largest that one operator holds.',
      cost: 'Lowering it allows larger mistakes.',
      initial: 19,
      min: 0,
      max: 128,
      unit: 'bits',
    }),
    maxInForce: whole({
      key: 'max_in_force',
      doc: 'Decisions in force at once. At the bound the own detections that end soonest make room; where there are none, new ones are refused with the reason.',
      cost: 'Memory: some 500 bytes each.',
      initial: 1_000_000,
      min: 100,
      max: 16_000_000,
      unit: 'decisions',
    }),
  },
};
