import {
  canonicalScopeValue,
  Decision,
  Prefix,
  type PrefixParts,
  type Proposal,
  Result,
  type Timestamp,
} from '@aegis/model';
import { isRestrictive } from './arbitration.ts';
import type { Policy } from './policy.ts';
import { shieldAgainst } from './protection.ts';

/** What operators, feeds and imports ask for. */
export interface Wish extends Omit<Proposal, 'key' | 'confidence'> {
  /** Above 0, at most 1000; default 1. */
  readonly weight?: number;
}

export interface DecideContext {
  readonly policy: Policy;
  readonly now: Timestamp;
  /** Of the decision, if it comes to one; 1 to 128 characters. */
  readonly id: string;
  /** How many times this value was banned before; default 0. */
  readonly previousBans?: number;
}

export interface Refusal {
  readonly kind: 'protected' | 'bad_value' | 'bad_duration' | 'low_confidence' | 'too_wide';
  /** In words, with the mend where there is one. */
  readonly message: string;
}

/**
 * Turns a wish into a decision, or says why not: the one place where a decision is born.
 *
 * - The value becomes canonical for its scope.
 * - Nothing restrictive (throttle, captcha, shadow, ban) on an address or range that has an address in common
 *   with a protected or exempt prefix, whoever asks; nor on a range wider than the policy's limits. What catches
 *   clients by other means, a country say, is held back for protected addresses by the engine at each check.
 * - A proposal, which has a confidence, needs the policy's least confidence; weight = confidence / 100.
 * - A proposal that restricts what was banned before lasts longer: duration x factor ^ previousBans, as far as
 *   `repeat.maxSeconds`. Others say how long they mean.
 * - No duration exceeds `limits.maxDurationSeconds`; longer ones are cut.
 * - A reason and source that are too long are cut, a session id that is too long is left out: they may come from
 *   the attacker, who must not escape by them.
 */
export function decide(wish: Wish | Proposal, context: DecideContext): Result<Decision, Refusal> {
  const { policy, now } = context;
  const { scope, action, durationMs } = wish;
  const canonical = canonicalScopeValue(scope, wish.value);
  if (!canonical.ok) return refuse('bad_value', canonical.error.message);
  if (!(durationMs > 0 && Number.isFinite(durationMs))) {
    return refuse('bad_duration', `a decision cannot last ${durationMs} ms; expected more than 0`);
  }
  if ('confidence' in wish && !(wish.confidence > 0 && wish.confidence >= policy.proposals.minConfidence)) {
    const least = policy.proposals.minConfidence;
    return refuse('low_confidence', `confidence ${wish.confidence} is below the least, ${least}`);
  }
  if (isRestrictive(action) && (scope === 'ip' || scope === 'range')) {
    const objection = objectionTo(canonical.value as Prefix, policy);
    if (objection !== undefined) return objection;
  }
  const decision = Decision.safeParse({
    id: context.id,
    scope,
    value: canonical.value,
    action,
    reason: clipped(wish.reason, 1000),
    origin: wish.origin,
    source: clipped(wish.source, 256),
    weight: weightOf(wish),
    created: now,
    expires: now + Math.ceil(durationOf(wish, context)),
    ...(wish.session !== undefined && wish.session.length <= 128 && { session: wish.session }),
  });
  if (decision.success) return Result.ok(decision.data);
  const [issue] = decision.error.issues;
  return refuse('bad_value', `${issue?.path.join('.')}: ${issue?.message}`);
}

function refuse(kind: Refusal['kind'], message: string): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { kind, message } };
}

function objectionTo(
  value: Prefix,
  policy: Policy,
): { readonly ok: false; readonly error: Refusal } | undefined {
  const target: PrefixParts = Prefix.parts(value);
  const shield = shieldAgainst(policy, target);
  if (shield !== undefined) {
    return refuse('protected', `${value} overlaps ${shield.prefix}, which is ${shield.kind}`);
  }
  const widest = target.family === 4 ? policy.limits.widestV4 : policy.limits.widestV6;
  if (target.length >= widest) return undefined;
  return refuse('too_wide', `${value} is wider than the policy allows, /${widest}`);
}

function weightOf(wish: Wish | Proposal): number {
  return 'confidence' in wish ? Math.min(100, wish.confidence) / 100 : (wish.weight ?? 1);
}

function durationOf(wish: Wish | Proposal, { policy, previousBans = 0 }: DecideContext): number {
  const { repeat } = policy.proposals;
  const longest = policy.limits.maxDurationSeconds * 1000;
  if (!('confidence' in wish) || !isRestrictive(wish.action)) return Math.min(wish.durationMs, longest);
  const escalated = Math.min(wish.durationMs * repeat.factor ** previousBans, repeat.maxSeconds * 1000);
  return Math.min(Math.max(wish.durationMs, escalated), longest);
}

function clipped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
