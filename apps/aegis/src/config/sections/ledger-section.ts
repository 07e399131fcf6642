import type { Section } from '../setting.ts';
import { text, whole } from '../setting-kinds.ts';

export interface LedgerSettings {
  /** Empty: the embedded ledger. */
  readonly url: string;
  readonly schema: string;
  readonly retentionDays: number;
}

export const ledgerSection: Section<LedgerSettings> = {
  is: 'section',
  key: 'ledger',
  doc: 'The record of decisions and of who did what. Its password on PostgreSQL is a secret: AEGIS_LEDGER_PASSWORD or AEGIS_LEDGER_PASSWORD_FILE.',
  members: {
    url: text({
      key: 'url',
      doc: 'The PostgreSQL, 13 or later, that keeps it, TimescaleDB or not. Empty: the embedded ledger in the data directory.',
      initial: '',
      pattern: /^(?:postgres(?:ql)?:\/\/(?:[^\s:@/]+@)?[^\s@]{1,1000})?$/,
      expected:
        'a URL without a password, such as postgres://aegis@db.example:5432/aegis?sslmode=verify-full',
    }),
    schema: text({
      key: 'schema',
      doc: 'The schema of that database in which the tables are; made where it is missing.',
      initial: 'aegis',
      pattern: /^[a-z_][a-z0-9_]{0,62}$/,
      expected: 'a name of small letters, digits and _',
    }),
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
