import { SUITES, type SuiteName } from '@aegis/trail';
import type { Section } from '../setting.ts';
import { choice, duration, text, whole } from '../setting-kinds.ts';

export interface TrailSettings {
  readonly suite: SuiteName;
  readonly checkpointMs: number;
  readonly checkpointEntries: number;
  readonly retentionDays: number;
  /** Empty for none. */
  readonly copyFolder: string;
  /** Empty for none. */
  readonly syslog: string;
  readonly syslogCaFile: string;
}

export const trailSection: Section<TrailSettings> = {
  is: 'section',
  key: 'trail',
  doc: 'The trail: every entry of the ledger under signed checkpoints, so that nobody can change, remove or reorder what happened unseen.',
  members: {
    suite: choice({
      key: 'suite',
      doc: 'Hash and signature: sha256-ed25519, or sm3-sm2 where GM/T algorithms are asked for. A trail keeps the suite it began with.',
      initial: 'sha256-ed25519',
      choices: SUITES,
    }),
    checkpointMs: duration({
      key: 'checkpoint_interval',
      doc: 'How long a new entry may wait for its signature.',
      cost: 'What happened since the last checkpoint can be changed unseen.',
      initial: '1s',
      min: '100ms',
      max: '1h',
    }),
    checkpointEntries: whole({
      key: 'checkpoint_entries',
      doc: 'A checkpoint is signed earlier where so many entries wait.',
      cost: 'As checkpoint_interval.',
      initial: 1_000,
      min: 1,
      max: 1_000_000,
      unit: 'entries',
    }),
    retentionDays: whole({
      key: 'retention_days',
      doc: 'How long the text of entries is kept. Their hashes and the checkpoints stay for ever, so that what is left can still be proved.',
      cost: 'Disk: some 0.5 KiB an entry.',
      initial: 365,
      min: 180,
      max: 36_500,
      unit: 'days',
    }),
    copyFolder: text({
      key: 'copy_folder',
      doc: 'A folder that every checkpoint is copied to, best on another machine: whoever rewrites the whole trail here cannot rewrite the copies. Empty: none.',
      initial: '',
      pattern: /^\P{Cc}{0,4000}$/u,
      expected: 'the name of a folder, or nothing',
    }),
    syslog: text({
      key: 'syslog',
      doc: 'A syslog server (RFC 5424) that every checkpoint is sent to: udp://host:514, tcp://host:601 or tls://host:6514. Empty: none.',
      initial: '',
      pattern: /^(?:|(?:udp|tcp|tls):\/\/(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5})$/,
      expected: 'a server such as udp://192.0.2.1:514 or tls://log.example.com:6514, or nothing',
    }),
    syslogCaFile: text({
      key: 'syslog_ca_file',
      doc: 'The authority that signed the certificate of a tls:// syslog server, as PEM. Empty: the authorities that Node knows.',
      initial: '',
      pattern: /^\P{Cc}{0,4000}$/u,
      expected: 'the name of a file',
    }),
  },
};
