import { randomUUID } from 'node:crypto';
import type { Decision, Result, Timestamp } from '@aegis/model';
import type { AuditEntry } from '@aegis/ports';
import type { Actor, DecisionRefusal, DecisionWish } from '../node/services.ts';

/** That someone asked for a decision, and what came of it. */
export function auditOfWish(
  wish: DecisionWish,
  result: Result<Decision, DecisionRefusal>,
  actor: Actor,
  at: Timestamp,
): AuditEntry {
  const target = `${wish.scope}:${wish.value}`.slice(0, 300);
  const asked = { action: wish.action, duration_ms: wish.durationMs, reason: wish.reason };
  return result.ok
    ? entry('decision.add', target, 'ok', { ...asked, id: result.value.id }, actor, at)
    : entry('decision.add', target, 'refused', { ...asked, refused: result.error.message }, actor, at);
}

/** That someone ended a decision. */
export function auditOfLift(decision: Decision, reason: string, actor: Actor, at: Timestamp): AuditEntry {
  return entry(
    'decision.lift',
    `${decision.scope}:${decision.value}`,
    'ok',
    { id: decision.id, reason },
    actor,
    at,
  );
}

function entry(
  action: string,
  target: string,
  result: AuditEntry['result'],
  detail: AuditEntry['detail'],
  actor: Actor,
  at: Timestamp,
): AuditEntry {
  return { id: randomUUID(), at, actor: actor.name, action, target, from: actor.from, result, detail };
}
