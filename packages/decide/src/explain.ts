import type { Decision, Prefix, Timestamp, Verdict } from '@aegis/model';
import type { ActiveStrategy } from './active-policy.ts';
import { compareScored, freshnessAt, isRestrictive } from './arbitration.ts';
import type { Candidate, Explanation } from './explanation.ts';
import { exemptVerdict, NO_OPINION, POLICY_ORIGIN, UNREADABLE_ADDRESS, verdictOf } from './verdicts.ts';

/** A decision that matches, and who takes it. */
export interface Standing {
  readonly decision: Decision;
  readonly granularity: number;
  readonly strategy: ActiveStrategy | undefined;
}

export interface ExplainInput {
  /** Everything that matches, whether it counts or not. */
  readonly standings: readonly Standing[];
  /** Whether the request's address is one. */
  readonly readable: boolean;
  readonly exemptPrefix: Prefix | undefined;
  readonly protectedPrefix: Prefix | undefined;
  readonly now: Timestamp;
}

/** How a candidate stands before it is compared with others, in the order they are shown. */
const STATES = ['exempt', 'counts', 'protected', 'shadow', 'expired', 'off'] as const;

interface Weighed extends Omit<Candidate, 'result' | 'why'> {
  readonly state: (typeof STATES)[number];
}

/** The verdict on what matches, by weighing and sorting everything. The engine's check gives the same, faster. */
export function explain(input: ExplainInput): Explanation {
  const { standings, exemptPrefix, readable } = input;
  const weighed = standings.map((standing) => weigh(standing, input));
  if (exemptPrefix !== undefined) weighed.push(exemptByPolicy(exemptPrefix));
  weighed.sort(byRank);
  const winner = weighed.find(({ state }) => state === 'exempt' || state === 'counts');
  const shadow = weighed.find(({ state }) => state === 'shadow');
  const verdictFor = (best: Weighed | undefined): Verdict => {
    if (best === undefined) return readable ? NO_OPINION : UNREADABLE_ADDRESS;
    if (best.state === 'exempt') return exemptVerdict(best.decision.value as Prefix);
    return verdictOf(best.decision, best.score);
  };
  return {
    verdict: verdictFor(winner),
    ...(shadow !== undefined && { shadow: verdictFor(outranks(shadow, winner) ? shadow : winner) }),
    candidates: weighed.map((each) => {
      const { state: _, ...candidate } = each;
      return { ...candidate, ...judge(each, winner, input) };
    }),
  };
}

function weigh(
  { decision, granularity, strategy }: Standing,
  { protectedPrefix, now }: ExplainInput,
): Weighed {
  const mode = strategy?.mode ?? 'off';
  const weight = (strategy?.weight ?? 1) * decision.weight;
  const freshness = strategy === undefined ? 1 : freshnessAt(strategy, decision.created, now);
  return {
    decision,
    strategy: strategy?.name ?? '',
    mode,
    weight,
    freshness,
    granularity,
    score: decision.action === 'allow' ? Number.POSITIVE_INFINITY : weight * freshness * granularity,
    state: stateOf(),
  };

  function stateOf(): Weighed['state'] {
    if (mode === 'off') return 'off';
    if (decision.expires <= now) return 'expired';
    if (protectedPrefix !== undefined && isRestrictive(decision.action)) return 'protected';
    return mode === 'shadow' ? 'shadow' : 'counts';
  }
}

function exemptByPolicy(prefix: Prefix): Weighed {
  const decision: Decision = {
    id: `policy/exempt/${prefix}`,
    scope: 'range',
    value: prefix,
    action: 'allow',
    reason: 'on the exempt list',
    origin: POLICY_ORIGIN,
    source: 'exempt',
    weight: 1,
    created: 0,
    expires: Number.MAX_SAFE_INTEGER,
  };
  return {
    decision,
    strategy: '',
    mode: 'enforce',
    weight: 1,
    freshness: 1,
    granularity: 1,
    score: Number.POSITIVE_INFINITY,
    state: 'exempt',
  };
}

function byRank(a: Weighed, b: Weighed): number {
  return STATES.indexOf(a.state) - STATES.indexOf(b.state) || compareScored(a, b);
}

function outranks(candidate: Weighed, winner: Weighed | undefined): boolean {
  return winner === undefined || (winner.state !== 'exempt' && compareScored(candidate, winner) < 0);
}

function judge(
  candidate: Weighed,
  winner: Weighed | undefined,
  { protectedPrefix, now }: ExplainInput,
): Pick<Candidate, 'result' | 'why'> {
  const { decision, state } = candidate;
  const strategy = JSON.stringify(candidate.strategy);
  if (candidate === winner) {
    if (state === 'exempt') return { result: 'exempts', why: `${decision.value} is on the exempt list` };
    return decision.action === 'allow'
      ? { result: 'exempts', why: 'an allow decision: wins whatever the scores' }
      : { result: 'won', why: `the highest score, ${shown(candidate.score)}` };
  }
  switch (state) {
    case 'off':
      return candidate.strategy === ''
        ? { result: 'off', why: `no strategy takes origin ${decision.origin} with scope ${decision.scope}` }
        : { result: 'off', why: `strategy ${strategy} is off` };
    case 'expired':
      return { result: 'expired', why: `ended ${Math.floor((now - decision.expires) / 1000)} s ago` };
    case 'protected':
      return { result: 'lost', why: `${protectedPrefix} is protected: never restricted` };
    case 'shadow': {
      const fate = outranks(candidate, winner)
        ? 'would have won'
        : `would have lost: ${whyBelow(candidate, winner)}`;
      return { result: 'shadow', why: `strategy ${strategy} only watches; ${fate}` };
    }
    default:
      return { result: 'lost', why: whyBelow(candidate, winner) };
  }
}

/** Why a candidate ranks below the winner; follows `compareScored`. */
function whyBelow(candidate: Weighed, winner: Weighed | undefined): string {
  if (winner === undefined) return '';
  const [mine, best] = [candidate.decision, winner.decision];
  if (winner.state === 'exempt') return `${best.value} is on the exempt list`;
  if (candidate.score !== winner.score) {
    return winner.score === Number.POSITIVE_INFINITY
      ? `exempted by ${best.id}`
      : `score ${shown(candidate.score)} is below the ${shown(winner.score)} of ${best.id}`;
  }
  const tie = mine.action === 'allow' ? 'also exempts, as does' : 'the same score as';
  if (mine.action !== best.action)
    return `${tie} ${best.id}, and ${best.action} is graver than ${mine.action}`;
  if (mine.expires !== best.expires) return `${tie} ${best.id}, which ends later`;
  return `${tie} ${best.id}, whose id sorts first`;
}

function shown(score: number): string {
  return String(Number(score.toPrecision(6)));
}
