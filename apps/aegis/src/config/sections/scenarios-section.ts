import type { Section } from '../setting.ts';
import { paths } from '../setting-kinds.ts';

export interface ScenariosSettings {
  readonly files: readonly string[];
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
  },
};
