import type { Action, Decision, Scope, Timestamp } from '@aegis/model';
import type { DecisionEvent, DecisionStanding, Standing } from '@aegis/ports';
import { storedText, toldText } from './stored-text.ts';

export interface DecisionRow {
  readonly id: string;
  readonly scope: Scope;
  readonly value: string;
  readonly action: Action;
  readonly reason: string;
  readonly origin: string;
  readonly source: string;
  readonly weight: number;
  readonly created: Timestamp;
  readonly expires: Timestamp;
  readonly session: string | null;
  readonly start: Timestamp;
  readonly ends: Timestamp;
  readonly length_bits: number;
  readonly expiry_revised: Timestamp | null;
  readonly lifted_at: Timestamp | null;
  readonly lifted_by: string | null;
  readonly lifted_reason: string | null;
}

export interface EventRow {
  readonly number: number;
  readonly id: string;
  readonly decision: string;
  readonly kind: DecisionEvent['kind'];
  readonly at: Timestamp;
  readonly by: string;
  readonly expires: Timestamp | null;
  readonly reason: string | null;
  /** The decision as it was made, JSON; of no other kind. */
  readonly made: string | null;
  readonly early: boolean;
}

export function decisionRow({ decision, start, ends, expiryRevised, lifted }: Standing): DecisionRow {
  const { id, scope, value, action, reason, origin, source, weight, created, expires, session } = decision;
  return {
    id: storedText(id),
    scope,
    value: storedText(value),
    action,
    reason: storedText(reason),
    origin: storedText(origin),
    source: storedText(source),
    weight,
    created,
    expires,
    session: session === undefined ? null : storedText(session),
    start,
    ends,
    length_bits: (ends - start).toString(2).length,
    expiry_revised: expiryRevised ?? null,
    lifted_at: lifted?.at ?? null,
    lifted_by: lifted === undefined ? null : storedText(lifted.by),
    lifted_reason: lifted === undefined ? null : storedText(lifted.reason),
  };
}

export function decisionOf(row: DecisionRow): Decision {
  const { scope, action, weight, created, expires, session } = row;
  return {
    id: toldText(row.id),
    scope,
    value: toldText(row.value),
    action,
    reason: toldText(row.reason),
    origin: toldText(row.origin),
    source: toldText(row.source),
    weight,
    created,
    expires,
    ...(session === null ? {} : { session: toldText(session) }),
  };
}

export function decisionStandingOf(row: DecisionRow): DecisionStanding {
  const decision = decisionOf(row);
  const { lifted_at: at, lifted_by: by, lifted_reason: reason } = row;
  return at === null || by === null || reason === null
    ? { decision }
    : { decision, lifted: { at, by: toldText(by), reason: toldText(reason) } };
}

export function decisionIdOf(event: DecisionEvent): string {
  return event.kind === 'made' ? event.decision.id : event.decisionId;
}

export function eventRow(event: DecisionEvent, number: number, early: boolean): EventRow {
  return {
    number,
    id: storedText(event.id),
    decision: storedText(decisionIdOf(event)),
    kind: event.kind,
    at: event.at,
    by: storedText(event.by),
    expires: event.kind === 'extended' ? event.expires : null,
    reason: event.kind === 'made' ? null : storedText(event.reason),
    made: event.kind === 'made' ? JSON.stringify(event.decision) : null,
    early,
  };
}

export function eventOf({ kind, at, ...row }: EventRow): DecisionEvent {
  const common = { id: toldText(row.id), at, by: toldText(row.by) };
  if (kind === 'made') return { kind, ...common, decision: JSON.parse(row.made as string) as Decision };
  const later = { ...common, decisionId: toldText(row.decision), reason: toldText(row.reason as string) };
  return kind === 'lifted' ? { kind, ...later } : { kind, ...later, expires: row.expires as number };
}
