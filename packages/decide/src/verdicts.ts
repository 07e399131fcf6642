import { type Decision, outcomeOf, type Prefix, type Verdict } from '@aegis/model';

/** The origin that a verdict names where no decision but the policy itself gave it. */
export const POLICY_ORIGIN = 'policy';

export const NO_OPINION: Verdict = Object.freeze({
  outcome: 'none',
  reason: 'no decision matches',
  score: 0,
});

/** Nothing else matched either. Who asks must not take it for an unlisted address. */
export const UNREADABLE_ADDRESS: Verdict = Object.freeze({
  outcome: 'none',
  reason: 'the address cannot be read, and no decision matches the rest',
  score: 0,
});

/** Of an address on the policy's exempt list. It holds as long as the policy. */
export function exemptVerdict(prefix: Prefix): Verdict {
  return Object.freeze({
    outcome: 'allow',
    reason: `${prefix} is on the exempt list`,
    origin: POLICY_ORIGIN,
    scope: 'range',
    score: Number.POSITIVE_INFINITY,
  });
}

export function verdictOf(decision: Decision, score: number): Verdict {
  return {
    outcome: outcomeOf(decision.action),
    decision: decision.id,
    reason: decision.reason,
    origin: decision.origin,
    scope: decision.scope,
    score,
    expires: decision.expires,
  };
}
