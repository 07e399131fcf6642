import { canonicalScopeValue, type Decision, Result } from '@aegis/model';
import type { ClockSkew } from './clock-skew.ts';
import { actionOf, type DefenseAction, globalAction } from './message.ts';
import type { Refusal } from './refusal.ts';

/** A step in the life of a decision, and how the decision stands with it. */
export interface SharedStep {
  readonly step: 'made' | 'extended' | 'lifted';
  readonly id: string;
  /** Own time, ms. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly decision: Decision;
}

export function writeDefenseAction(
  { step, id, at, by, reason, decision }: SharedStep,
  skew: ClockSkew,
): DefenseAction {
  const { session } = decision;
  return {
    target_ip: decision.value,
    action: globalAction(decision.action),
    reason: decision.reason,
    expiry: skew.toMesh(decision.expires),
    scope: decision.scope,
    decision: decision.id,
    origin: decision.origin,
    source: decision.source,
    weight: decision.weight,
    created: skew.toMesh(decision.created),
    ...(session === undefined ? {} : { session }),
    step,
    step_id: id.slice(0, 320),
    at: skew.toMesh(at),
    by: by.slice(0, 128) || '-',
    why: reason.slice(0, 1_000),
  };
}

/** As the sender has it; whether it is done here is for the node to say. */
export function readDefenseAction(data: DefenseAction, skew: ClockSkew): Result<SharedStep, Refusal> {
  const value = canonicalScopeValue(data.scope, data.target_ip);
  if (!value.ok) return Result.err({ kind: 'bad_value', detail: value.error.message });
  const action = actionOf(data.action);
  if (action === undefined) return Result.err({ kind: 'bad_value', detail: `action ${data.action}` });
  const { session } = data;
  return Result.ok({
    step: data.step,
    id: data.step_id,
    at: skew.toOwn(data.at),
    by: data.by,
    reason: data.why,
    decision: {
      id: data.decision,
      scope: data.scope,
      value: value.value,
      action,
      reason: data.reason,
      origin: data.origin,
      source: data.source,
      weight: data.weight,
      created: skew.toOwn(data.created),
      expires: skew.toOwn(data.expiry),
      ...(session === undefined ? {} : { session }),
    },
  });
}
