import { createHash } from 'node:crypto';
import type { Decision, Timestamp } from '@aegis/model';
import type { DecisionEvent, DecisionStanding } from '@aegis/ports';
import type { DecisionChange } from '../node/services.ts';

/** One step of a decision's life: what the ledger keeps and, once it does, takes effect. */
export interface DecisionStep {
  readonly event: DecisionEvent;
  readonly change: DecisionChange;
}

export function madeStep(decision: Decision, by: string): DecisionStep {
  return {
    event: { kind: 'made', id: `made:${decision.id}`, at: decision.created, by, decision },
    change: { kind: 'made', decision },
  };
}

/** `key` names what made it longer; the same key extends once. */
export function extendedStep(
  decision: Decision,
  key: string,
  reason: string,
  by: string,
  at: Timestamp,
): DecisionStep {
  const { id, expires } = decision;
  return {
    event: {
      kind: 'extended',
      id: `extended:${id}:${decisionId(key)}`,
      at,
      by,
      decisionId: id,
      expires,
      reason,
    },
    change: { kind: 'extended', decision },
  };
}

export function liftedStep(decision: Decision, reason: string, by: string, at: Timestamp): DecisionStep {
  const { id } = decision;
  return {
    event: { kind: 'lifted', id: `lifted:${id}`, at, by, decisionId: id, reason },
    change: { kind: 'lifted', decision },
  };
}

/** The same key has the same id on every node and after every restart. */
export function decisionId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/** How a decision stands after these events, oldest first; undefined where none made it. */
export function standingAfter(history: readonly DecisionEvent[]): DecisionStanding | undefined {
  const made = history.find((event) => event.kind === 'made');
  if (made === undefined) return undefined;
  const extended = history.findLast((event) => event.kind === 'extended');
  const decision = extended === undefined ? made.decision : { ...made.decision, expires: extended.expires };
  const lifted = history.find((event) => event.kind === 'lifted');
  if (lifted === undefined) return { decision };
  return { decision, lifted: { at: lifted.at, by: lifted.by, reason: lifted.reason } };
}
