import { type DecisionEngine, decide } from '@aegis/decide';
import {
  ACTIONS,
  type Action,
  canonicalScopeValue,
  type Decision,
  type Proposal,
  type Timestamp,
} from '@aegis/model';
import type { Ledger } from '@aegis/ports';
import type { DecisionRefusal } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/process-batch.ts';
import { type DecisionStep, decisionId, extendedStep, liftedStep, madeStep } from './decision-step.ts';

export interface ProposalContext {
  readonly engine: DecisionEngine;
  readonly ledger: Ledger;
  /** Decisions in force at most. */
  readonly maxInForce: number;
  readonly now: Timestamp;
  /** Who signs the steps. */
  readonly by: string;
  readonly onRefused: (reason: DecisionRefusal['kind'] | 'stale' | 'covered') => void;
}

/** Earlier bans looked at when a repeat offender's duration is set; more make no difference by then. */
const EARLIER_BANS = 20;

/**
 * The steps that proposals lead to. For one target and origin only the gravest counts: a milder one is dropped
 * while a graver decision stands, and a graver one takes the place of milder decisions. Otherwise whoever is
 * banned could earn a milder verdict by a harmless visit that is judged with more confidence. What a decision in
 * force already covers is dropped or makes it last longer; what happened so long ago that the decision would be
 * over is dropped, so that an old log does not ban anew. The same proposal again changes nothing.
 */
export async function planProposals(
  proposals: readonly TimedProposal[],
  context: ProposalContext,
): Promise<readonly DecisionStep[]> {
  const gravest = new Map<string, Proposal>();
  for (const { proposal, at } of proposals) {
    const durationMs = at + proposal.durationMs - context.now;
    const canonical = canonicalScopeValue(proposal.scope, proposal.value);
    if (durationMs <= 0) context.onRefused('stale');
    else if (!canonical.ok) context.onRefused('bad_value');
    else {
      const candidate = { ...proposal, value: canonical.value, durationMs };
      const target = targetOf(candidate);
      const other = gravest.get(target);
      if (other === undefined || isGraver(candidate, other)) gravest.set(target, candidate);
      if (other !== undefined) context.onRefused('covered');
    }
  }
  const steps: DecisionStep[] = [];
  for (const proposal of gravest.values()) steps.push(...(await stepsFor(proposal, steps.length, context)));
  return steps;
}

async function stepsFor(
  proposal: Proposal,
  pending: number,
  { engine, ledger, maxInForce, now, by, onRefused }: ProposalContext,
): Promise<readonly DecisionStep[]> {
  const refuse = (reason: Parameters<ProposalContext['onRefused']>[0]): readonly DecisionStep[] => {
    onRefused(reason);
    return [];
  };
  const { scope, value, origin } = proposal;
  const standing = engine
    .decisionsOn(scope, value)
    .filter((each) => each.origin === origin && each.expires > now);
  if (standing.some(({ action }) => gravity(action) > gravity(proposal.action))) return refuse('covered');

  const expires = now + Math.ceil(proposal.durationMs);
  const same = standing.filter(({ action }) => action === proposal.action);
  if (same.some((each) => each.expires >= expires)) return refuse('covered');
  const [longest] = same.toSorted((a, b) => b.expires - a.expires);
  if (longest !== undefined) {
    return [extendedStep({ ...longest, expires }, proposal.key, proposal.reason, by, now)];
  }

  const id = decisionId(proposal.key);
  if ((await ledger.decisionHistory(id)).length > 0) return refuse('already_decided');
  if (engine.size + pending >= maxInForce) return refuse('full');
  const earlier = await ledger.decisions({ scope, value, action: 'ban', limit: EARLIER_BANS });
  const born = decide(proposal, { policy: engine.policy, now, id, previousBans: earlier.decisions.length });
  if (!born.ok) return refuse(born.error.kind);
  return [
    madeStep(born.value, by),
    ...superseded(standing, born.value).map((each) => liftedStep(each, `superseded by ${id}`, by, now)),
  ];
}

/** What the new decision takes the place of. */
function superseded(standing: readonly Decision[], by: Decision): readonly Decision[] {
  return standing.filter(({ action }) => action !== 'allow' && gravity(action) < gravity(by.action));
}

function isGraver(a: Proposal, b: Proposal): boolean {
  return gravity(a.action) === gravity(b.action)
    ? a.durationMs > b.durationMs
    : gravity(a.action) > gravity(b.action);
}

function gravity(action: Action): number {
  return ACTIONS.indexOf(action);
}

function targetOf({ origin, scope, value }: Proposal): string {
  return [origin, scope, value].join('\n');
}
