import type { Section } from '../setting.ts';
import { duration, flag, text, whole } from '../setting-kinds.ts';

export interface PipelineSettings {
  readonly enabled: boolean;
  readonly stream: string;
  readonly consumerGroup: string;
  readonly consumerName: string;
  readonly batchSize: number;
  readonly blockMs: number;
  readonly maxAttempts: number;
  readonly reclaimIdleMs: number;
  readonly maxBacklog: number;
}

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,127}$/;
const NAME = 'a name of 1 to 128 letters, digits, ":", ".", "_" or "-"';

export const pipelineSection: Section<PipelineSettings> = {
  is: 'section',
  key: 'pipeline',
  doc: 'From a session that was sent in to one that is scored and stored. Under 1,000 sessions a day a batch_size of 50 will do; above 10,000 take 500, block_ms 1000 and archive.batch_write.',
  members: {
    enabled: flag({
      key: 'enabled',
      doc: 'Whether a node analyzes sessions itself. Turn it off where "aegis worker" processes do.',
      initial: true,
    }),
    stream: text({
      key: 'stream',
      doc: 'The stream in which sessions wait for analysis.',
      initial: 'sessions_stream',
      pattern: NAME_PATTERN,
      expected: NAME,
      variables: ['REDIS_STREAM'],
    }),
    consumerGroup: text({
      key: 'consumer_group',
      doc: 'Workers of one group split the sessions; a new group starts with the oldest that is kept.',
      initial: 'analytics_workers',
      pattern: NAME_PATTERN,
      expected: NAME,
      variables: ['CONSUMER_GROUP'],
    }),
    consumerName: text({
      key: 'consumer_name',
      doc: 'The name of this worker in its group: what one of the same name left behind is taken up at once. auto is, of a node, its id, and of "aegis worker" the host name and the process id.',
      initial: 'auto',
      pattern: NAME_PATTERN,
      expected: NAME,
      variables: ['CONSUMER_NAME'],
    }),
    batchSize: whole({
      key: 'batch_size',
      doc: 'Sessions that are taken, analyzed and stored together.',
      cost: 'More memory, and more to do again after a crash.',
      initial: 100,
      min: 1,
      max: 10_000,
      unit: 'sessions',
      variables: ['BATCH_SIZE'],
    }),
    blockMs: whole({
      key: 'block_ms',
      doc: 'How long one read waits for the first session. New sessions end the wait at once.',
      cost: 'Nothing but fewer empty reads.',
      initial: 5000,
      min: 1,
      max: 60_000,
      unit: 'milliseconds',
      variables: ['BLOCK_MS'],
    }),
    maxAttempts: whole({
      key: 'max_attempts',
      doc: 'A session that could not be analyzed this many times is put among the dead letters, with the reason.',
      cost: 'A session that always fails takes this many turns.',
      initial: 5,
      min: 1,
      max: 100,
      unit: 'attempts',
    }),
    reclaimIdleMs: duration({
      key: 'reclaim_idle',
      doc: 'A session that a worker has held for this long without finishing it is given to another. Longer than a batch ever takes.',
      cost: 'Sessions of a worker that died wait this long.',
      initial: '60s',
      min: '1s',
      max: '1h',
    }),
    maxBacklog: whole({
      key: 'max_backlog',
      doc: 'Sessions that may wait for analysis. At the bound new ones are refused with 503 and a Retry-After, so that the sender keeps them.',
      cost: 'Disk: some 2 to 10 KiB each.',
      initial: 100_000,
      min: 100,
      max: 100_000_000,
      unit: 'sessions',
    }),
  },
};
