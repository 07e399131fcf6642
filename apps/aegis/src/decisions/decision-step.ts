import { createHash } from 'node:crypto';
import type { Decision, Timestamp } from '@aegis/model';
import type { DecisionEvent, DecisionStanding } from '@aegis/ports';
import type { DecisionChange } from '../node/services.ts';

/** One step of a decision's life: what the ledger keeps and, once it does, takes effect. */
export interface DecisionStep {
  readonly event: DecisionEvent;
  readonly change: DecisionChange;
}

/** Who takes a step, and when. */
export interface Signature {
  readonly by: string;
  readonly at: Timestamp;
}

export function madeStep(decision: Decision, { by, at }: Signature): DecisionStep {
  return {
    event: { kind: 'made', id: `made:${decision.id}`, at, by, decision },
    change: { kind: 'made', decision },
  };
}

/** `decision` has its new end. `key` names what made it longer; the same key extends once. */
export function extendedStep(
  decision: Decision,
  key: string,
  reason: string,
  { by, at }: Signature,
): DecisionStep {
  const { id: decisionId, expires } = decision;
  const id = `extended:${decisionId}:${decisionIdOf(key)}`;
  return {
    event: { kind: 'extended', id, at, by, decisionId, expires, reason },
    change: { kind: 'extended', decision },
  };
}

export function liftedStep(decision: Decision, reason: string, { by, at }: Signature): DecisionStep {
  const { id } = decision;
  return {
    event: { kind: 'lifted', id: `lifted:${id}`, at, by, decisionId: id, reason },
    change: { kind: 'lifted', decision },
  };
}

/** The same key has the same id on every node and after every restart. */
export function decisionIdOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/**
 * How a decision stands after these events, oldest first; undefined where none made it. As in the ledger, what
 * comes after its end changes nothing.
 */
export function standingAfter(history: readonly DecisionEvent[]): DecisionStanding | undefined {
  const made = history.find((event) => event.kind === 'made');
  if (made === undefined) return undefined;
  let standing: DecisionStanding = { decision: made.decision };
  for (const event of history) {
    if (event.kind === 'made') continue;
    const { decision, lifted } = standing;
    if (lifted !== undefined || Math.max(event.at, made.at) >= decision.expires) break;
    standing =
      event.kind === 'extended'
        ? { decision: { ...decision, expires: event.expires } }
        : { decision, lifted: { at: event.at, by: event.by, reason: event.reason } };
  }
  return standing;
}
