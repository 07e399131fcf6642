import type { Section } from '../setting.ts';
import { paths, whole } from '../setting-kinds.ts';

export interface ScenariosSettings {
  readonly files: readonly string[];
  readonly maxBuckets: number;
}

export const scenariosSection: Section<ScenariosSettings> = {
  is: 'section',
  key: 'scenarios',
  doc: 'Rules over what clients do in the course of time: brute force, scans, probes.',
  members: {
    files: paths({
      key: 'files',
      doc: 'Rule files besides those that come with Aegis, read in this order. A rule of the same name replaces the one before.',
      cost: 'Every rule is asked about every request.',
      most: 256,
    }),
    maxBuckets: whole({
      key: 'max_buckets',
      doc: 'Sources watched at once, over all rules. Beyond it those go first that did one thing and did not come again, then those unseen for longest.',
      cost: 'Memory: some 300 bytes each.',
      initial: 200_000,
      min: 1_000,
      max: 10_000_000,
      unit: 'buckets',
    }),
  },
};
