import type { Action, Decision, Scope, Timestamp } from '@aegis/model';
import type { DecisionStanding, LaterEvent, MadeEvent, Standing } from '@aegis/ports';

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
  readonly expiry_revised: Timestamp | null;
  readonly lifted_at: Timestamp | null;
  readonly lifted_by: string | null;
  readonly lifted_reason: string | null;
  readonly made_id: string;
  readonly made_by: string;
  readonly first_expires: Timestamp;
}

export interface EventRow {
  readonly id: string;
  readonly decision: string;
  readonly kind: LaterEvent['kind'];
  readonly at: Timestamp;
  readonly by: string;
  readonly expires: Timestamp | null;
  readonly reason: string;
}

export function decisionOf(row: DecisionRow): Decision {
  const { id, scope, value, action, reason, origin, source, weight, created, expires, session } = row;
  const decision = { id, scope, value, action, reason, origin, source, weight, created, expires };
  return session === null ? decision : { ...decision, session };
}

export function decisionStandingOf(row: DecisionRow): DecisionStanding {
  const decision = decisionOf(row);
  const { lifted_at: at, lifted_by: by, lifted_reason: reason } = row;
  return at === null || by === null || reason === null
    ? { decision }
    : { decision, lifted: { at, by, reason } };
}

export function madeEventOf(row: DecisionRow): MadeEvent {
  const decision = { ...decisionOf(row), expires: row.first_expires };
  return { kind: 'made', id: row.made_id, at: row.start, by: row.made_by, decision };
}

export function laterEventOf({ kind, id, at, by, decision, expires, reason }: EventRow): LaterEvent {
  const common = { id, at, by, decisionId: decision, reason };
  return kind === 'lifted' ? { kind, ...common } : { kind, ...common, expires: expires as number };
}

/** The number of binary digits of how long it stands: a length below 2^lengthBits ms. See the schema. */
export function lengthBits({ start, ends }: Standing): number {
  return (ends - start).toString(2).length;
}
