import type { Proposal, Timestamp } from '@aegis/model';

/** A proposal and when what it is about happened, so that an old log does not ban anew. */
export interface TimedProposal {
  readonly proposal: Proposal;
  readonly at: Timestamp;
}
