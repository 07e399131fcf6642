import type { Decision, Timestamp } from '@aegis/model';
import type { DecisionEvent, DecisionStanding } from './ledger.ts';

/** How a decision stands after some of its events. */
export interface Standing extends DecisionStanding {
  /** In force from `start` until just before `ends`; never where they are the same. */
  readonly start: Timestamp;
  readonly ends: Timestamp;
  /** When `expires` was last moved. */
  readonly expiryRevised?: Timestamp;
}

export type MadeEvent = Extract<DecisionEvent, { kind: 'made' }>;
export type LaterEvent = Exclude<DecisionEvent, { kind: 'made' }>;

export function standingWhenMade({ at, decision }: MadeEvent): Standing {
  return { decision, start: at, ends: Math.max(at, decision.expires) };
}

/**
 * What is left standing after `later` events, which are in order of time and then of writing. One that comes
 * when the decision has ended changes nothing: lifted stays lifted and expired stays expired, so that a
 * decision is in force for one unbroken time.
 */
export function standingAfter(made: MadeEvent, later: readonly LaterEvent[]): Standing {
  let standing = standingWhenMade(made);
  for (const event of later) {
    // Clocks of two nodes may differ: nothing happens to a decision before it was made.
    const at = Math.max(event.at, standing.start);
    if (at < standing.ends)
      standing = event.kind === 'lifted' ? lift(standing, event, at) : extend(standing, event, at);
  }
  return standing;
}

function lift(standing: Standing, { at, by, reason }: LaterEvent, ends: Timestamp): Standing {
  return { ...standing, ends, lifted: { at, by, reason } };
}

function extend(
  standing: Standing,
  { at, expires }: Extract<LaterEvent, { kind: 'extended' }>,
  effective: Timestamp,
): Standing {
  const decision: Decision = { ...standing.decision, expires };
  return { ...standing, decision, ends: Math.max(effective, expires), expiryRevised: at };
}
