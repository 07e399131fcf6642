import type { Section } from '../setting.ts';
import { whole } from '../setting-kinds.ts';

export interface LedgerSettings {
  readonly retentionDays: number;
}

export const ledgerSection: Section<LedgerSettings> = {
  is: 'section',
  key: 'ledger',
  doc: 'The record of decisions and of who did what.',
  members: {
    retentionDays: whole({
      key: 'retention_days',
      doc: 'How long ended decisions and audit entries are kept. Some rules ask for 180 days at least.',
      cost: 'Disk: some 1 KiB a decision or entry.',
      initial: 365,
      min: 1,
      max: 36_500,
      unit: 'days',
    }),
  },
};
