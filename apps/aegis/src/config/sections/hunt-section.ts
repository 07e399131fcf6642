import type { Prefix } from '@aegis/model';
import type { Section } from '../setting.ts';
import { duration, prefixes, whole } from '../setting-kinds.ts';

export interface HuntSettings {
  readonly windowMs: number;
  readonly everyMs: number;
  readonly mostPairs: number;
  readonly allow: readonly Prefix[];
}

export const huntSection: Section<HuntSettings> = {
  is: 'section',
  key: 'hunt',
  doc: 'The hunt for command-and-control servers in flows that sensors hand in (POST /v1/flows).',
  members: {
    windowMs: duration({
      key: 'window',
      doc: 'Who spoke with whom is forgotten when nothing was heard of both for this long.',
      cost: 'Memory: 100 bytes and more for each pair of hosts seen in that time.',
      initial: '24h',
      min: '10m',
      max: '20d',
    }),
    everyMs: duration({
      key: 'every',
      doc: 'How soon after new flows all of it is looked at. At most a quarter of the time is spent looking.',
      cost: 'Servers are found this much later.',
      initial: '500ms',
      min: '50ms',
      max: '1h',
    }),
    mostPairs: whole({
      key: 'pairs',
      doc: 'Pairs of hosts remembered at most. At the bound the fewest and oldest flows are let go.',
      cost: 'Memory: 100 bytes each.',
      initial: 2_000_000,
      min: 1_000,
      max: 20_000_000,
      unit: 'pairs',
    }),
    allow: prefixes({
      key: 'allow',
      doc: 'Addresses and networks that are never proposed to be banned, whatever speaks against them.',
      most: 1_024,
    }),
  },
};
