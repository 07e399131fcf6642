import type { Section } from '../setting.ts';
import { choice, flag } from '../setting-kinds.ts';

export interface ArchiveSettings {
  readonly outputFormat: 'jsonl' | 'json' | 'database';
  readonly batchWrite: boolean;
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
  },
};
