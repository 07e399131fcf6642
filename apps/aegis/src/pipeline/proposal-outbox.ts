import { AegisError, type Logger } from '@aegis/model';
import type { Stream } from '@aegis/ports';
import type { Metrics } from '../node/metrics.ts';
import type { TimedProposal } from './timed-proposal.ts';

/** Consumer group of the nodes that decide. */
export const DECIDERS = 'deciders';
/** Proposals that may wait for a node: some 50 MB. */
export const MOST_PROPOSALS = 100_000;

const NO_ROOM: ReadonlySet<string> = new Set(['stream_full', 'stream_store_full']);

/**
 * Leaves proposals on a stream, for a node to decide. Where they pile up, since no node takes them, new ones are
 * dropped and counted: analysis matters more than a ban that nobody would have enforced.
 */
export function createProposalOutbox(
  stream: Stream,
  metrics: Metrics,
  logger: Logger,
): (proposals: readonly TimedProposal[]) => Promise<void> {
  return async (proposals) => {
    if (proposals.length === 0) return;
    try {
      await stream.append(proposals.map((proposal) => JSON.stringify(proposal)));
      metrics.proposalsSent.inc(proposals.length);
    } catch (error) {
      if (!(error instanceof AegisError && NO_ROOM.has(error.code))) throw error;
      metrics.proposalsRefused.inc({ reason: 'nobody_decides' }, proposals.length);
      logger.warn({ dropped: proposals.length }, 'no node takes the proposals; is there an "aegis up"?');
    }
  };
}
