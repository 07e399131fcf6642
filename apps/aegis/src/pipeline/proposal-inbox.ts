import type { Clock, Logger, Random } from '@aegis/model';
import type { ConsumerGroup } from '@aegis/ports';
import type { Metrics } from '../node/metrics.ts';
import { parseProposal, type TimedProposal } from './timed-proposal.ts';
import { Worker } from './worker.ts';

export interface ProposalInboxOptions {
  /** Of the stream that workers leave proposals on. */
  readonly group: ConsumerGroup;
  readonly consumer: string;
  /** Idempotent by the proposals' keys. */
  readonly propose: (proposals: readonly TimedProposal[]) => Promise<void>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const BATCH = 200;
const BLOCK_MS = 5_000;
const RECLAIM_IDLE_MS = 30_000;
const MAX_ATTEMPTS = 5;

/** Brings what workers in other processes propose to the decisions of this node. */
export function createProposalInbox(options: ProposalInboxOptions): Worker<TimedProposal> {
  const { group, consumer, propose, metrics, clock, random, logger } = options;
  return new Worker({
    name: 'proposals',
    group,
    consumer,
    batchSize: BATCH,
    blockMs: BLOCK_MS,
    reclaimIdleMs: RECLAIM_IDLE_MS,
    maxAttempts: MAX_ATTEMPTS,
    parse: parseProposal,
    process: propose,
    count: {
      failed() {},
      buried: (reason) => metrics.proposalsRefused.inc({ reason }),
    },
    clock,
    random,
    logger: logger.child({ part: 'proposals' }),
  });
}
