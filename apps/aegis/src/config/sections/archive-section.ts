import type { Section } from '../setting.ts';
import { choice, flag, whole } from '../setting-kinds.ts';

export interface ArchiveSettings {
  readonly outputFormat: 'jsonl' | 'json' | 'database';
  readonly batchWrite: boolean;
  readonly retentionDays: number;
  readonly compressAfterDays: number;
}

export const archiveSection: Section<ArchiveSettings> = {
  is: 'section',
  key: 'archive',
  doc: 'Evaluated sessions, kept and queried.',
  members: {
    outputFormat: choice({
      key: 'output_format',
      doc: 'jsonl: files of one session a line, by day. json: one document a day. database: no files, only what the API answers from.',
      initial: 'jsonl',
      choices: ['jsonl', 'json', 'database'],
      variables: ['OUTPUT_FORMAT'],
    }),
    batchWrite: flag({
      key: 'batch_write',
      doc: 'Write and fsync once for a whole batch. Turned off, each session is written and synced by itself: many times slower, and no safer, since sessions count as stored only after it either way.',
      initial: true,
      variables: ['BATCH_WRITE'],
    }),
    retentionDays: whole({
      key: 'retention_days',
      doc: 'How long evaluated sessions are kept, counted from the end of their day or, for sessions that came in late, from when they came. Then the day goes with its files. 0 keeps them for ever.',
      cost: 'Disk: some 0.5 KiB a session in compressed files and 1 KiB in the index.',
      initial: 365,
      min: 0,
      max: 36_500,
      unit: 'days',
    }),
    compressAfterDays: whole({
      key: 'compress_after_days',
      doc: 'How long after a day has ended, and nothing was added to it, its files are compressed with zstd. They are read, searched and exported as before. 0 leaves them plain.',
      cost: 'Disk: a plain session takes 3 to 10 KiB, a compressed one about a tenth.',
      initial: 2,
      min: 0,
      max: 36_500,
      unit: 'days',
    }),
  },
};
