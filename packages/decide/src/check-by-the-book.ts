import {
  type CheckRequest,
  type Decision,
  outcomeOf,
  Prefix,
  type Timestamp,
  type Verdict,
} from '@aegis/model';
import { prefixContains } from '@aegis/netset';
import { takes } from './active-policy.ts';
import { granularityOf } from './granularity.ts';
import { hostOf, matchesByTheBook } from './match-by-the-book.ts';
import type { Policy, Strategy } from './policy.ts';
import { ALWAYS_PROTECTED } from './protection.ts';

const ORDER_OF_GRAVITY = ['ban', 'shadow', 'captcha', 'throttle', 'observe'];

/** What the engine must answer, line by line from the specification: slow and obviously right. For tests. */
export function checkByTheBook(
  policy: Policy,
  decisions: readonly Decision[],
  request: CheckRequest,
  now: Timestamp,
): Verdict {
  const client = hostOf(request.address);
  const inside = (prefix: Prefix): boolean =>
    client !== undefined && prefixContains(Prefix.parts(prefix), client);

  const exempt = policy.exempt
    .filter(inside)
    .sort((a, b) => Prefix.parts(b).length - Prefix.parts(a).length)[0];
  if (exempt !== undefined) {
    return {
      outcome: 'allow',
      reason: `${exempt} is on the exempt list`,
      origin: 'policy',
      scope: 'range',
      score: Number.POSITIVE_INFINITY,
    };
  }

  const isProtected = [...ALWAYS_PROTECTED, ...policy.protected].some(inside);
  const contenders = decisions
    .filter((decision) => now < decision.expires && matchesByTheBook(decision, request))
    .map((decision) => ({ decision, strategy: policy.strategies.find((each) => takes(each, decision)) }))
    .filter(({ strategy }) => strategy?.mode === 'enforce')
    .filter(({ decision }) => !isProtected || decision.action === 'allow' || decision.action === 'observe')
    .map(({ decision, strategy }) => ({ decision, score: scoreOf(decision, strategy as Strategy, now) }));
  contenders.sort(
    (a, b) =>
      order(b.score, a.score) ||
      ORDER_OF_GRAVITY.indexOf(a.decision.action) - ORDER_OF_GRAVITY.indexOf(b.decision.action) ||
      b.decision.expires - a.decision.expires ||
      order(a.decision.id, b.decision.id),
  );
  const [winner] = contenders;
  if (winner === undefined) {
    const reason =
      client === undefined
        ? 'the address cannot be read, and no decision matches the rest'
        : 'no decision matches';
    return { outcome: 'none', reason, score: 0 };
  }
  const { id, action, reason, origin, scope, expires } = winner.decision;
  return { outcome: outcomeOf(action), decision: id, reason, origin, scope, score: winner.score, expires };
}

function scoreOf(decision: Decision, strategy: Strategy, now: Timestamp): number {
  if (decision.action === 'allow') return Number.POSITIVE_INFINITY;
  const age = Math.max(0, now - decision.created);
  const freshness =
    strategy.freshness.kind === 'none'
      ? 1
      : Math.max(strategy.freshness.floor, 1 - age / (strategy.freshness.windowSeconds * 1000));
  return strategy.weight * decision.weight * freshness * granularityOf(decision);
}

function order<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
