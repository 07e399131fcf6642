import { type DecisionEngine, decide } from '@aegis/decide';
import {
  ACTIONS,
  type Action,
  canonicalScopeValue,
  type Decision,
  type Proposal,
  type Timestamp,
} from '@aegis/model';
import type { DecisionStanding, Ledger } from '@aegis/ports';
import type { DecisionRefusal } from '../node/services.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { type DecisionStep, decisionIdOf, extendedStep, liftedStep, madeStep } from './decision-step.ts';

export interface ProposalContext {
  readonly engine: DecisionEngine;
  readonly ledger: Ledger;
  readonly now: Timestamp;
  /** Who signs the steps; whoever else lifts a decision is a person. */
  readonly by: string;
  readonly onRefused: (reason: ProposalRefusal) => void;
}

/**
 * Why a proposal changes nothing, besides what `decide` refuses. `stale`: the decision would be over. `covered`:
 * one at least as grave stands for at least as long. `pardoned`: a person has ended a decision on this target
 * after what is proposed about had happened. `exempting`: nothing that a client does earns it an exemption.
 */
export type ProposalRefusal =
  | DecisionRefusal['kind']
  | 'already_decided'
  | 'stale'
  | 'covered'
  | 'pardoned'
  | 'exempting';

/** A proposal with its value canonical and what is left of its duration. */
interface Wish {
  readonly proposal: Proposal;
  readonly at: Timestamp;
  readonly fullDurationMs: number;
}

/** Decisions of the past looked at for pardons and repetition; more bans than this make no difference. */
const PAST = 20;
/** An end is moved in steps of this share of the duration, so that who keeps coming fills no ledger. */
const EXTENSION_STEPS = 16;

/**
 * The steps that proposals lead to, a group for each that changes something. What stands for a target and an
 * origin is at every moment as grave as the gravest proposal that is still in time, in whatever order they come:
 * - a proposal is dropped while a decision at least as grave lasts at least as long; it moves the end of one of
 *   the same action; otherwise it becomes a decision and takes the place of milder ones that end sooner;
 * - where a graver decision ends before a milder one, both stand, and the milder one is never the stronger: it
 *   counts as no younger and no surer. Otherwise whoever is banned could earn a captcha by a visit that is
 *   judged with more confidence.
 * The same proposal again changes nothing, also after a person has ended what it led to.
 */
export async function planProposals(
  proposals: readonly TimedProposal[],
  context: ProposalContext,
): Promise<readonly (readonly DecisionStep[])[]> {
  const wishes = proposals.flatMap((timed) => wishOf(timed, context) ?? []).sort(gravestFirst);
  const standings = new Map<string, readonly Decision[]>();
  const plan: (readonly DecisionStep[])[] = [];
  for (const wish of wishes) {
    const target = targetOf(wish.proposal);
    const standing = standings.get(target) ?? standingOn(wish.proposal, context);
    const steps = await stepsFor(wish, standing, context);
    standings.set(target, steps.reduce(after, standing));
    if (steps.length > 0) plan.push(steps);
  }
  return plan;
}

function wishOf({ proposal, at }: TimedProposal, { now, onRefused }: ProposalContext): Wish | undefined {
  // A sensor whose clock is ahead must not make decisions last longer.
  const happened = Math.min(at, now);
  const durationMs = happened + proposal.durationMs - now;
  const canonical = canonicalScopeValue(proposal.scope, proposal.value);
  if (durationMs <= 0) onRefused('stale');
  else if (proposal.action === 'allow') onRefused('exempting');
  else if (!canonical.ok) onRefused('bad_value');
  else {
    return {
      proposal: { ...proposal, value: canonical.value, durationMs },
      at: happened,
      fullDurationMs: proposal.durationMs,
    };
  }
  return undefined;
}

async function stepsFor(
  { proposal, at, fullDurationMs }: Wish,
  standing: readonly Decision[],
  { engine, ledger, now, by, onRefused }: ProposalContext,
): Promise<readonly DecisionStep[]> {
  const refuse = (reason: ProposalRefusal): readonly DecisionStep[] => {
    onRefused(reason);
    return [];
  };
  const { policy } = engine;
  const id = decisionIdOf(proposal.key);
  const first = decide(proposal, { policy, now, id });
  if (!first.ok) return refuse(first.error.kind);
  const { action, scope, value, origin, expires } = first.value;
  if (standing.some((each) => gravity(each.action) >= gravity(action) && each.expires >= expires))
    return refuse('covered');

  const past = (await ledger.decisions({ scope, value, origin, limit: PAST })).decisions;
  const pardoned = ({ lifted }: DecisionStanding): boolean => lifted !== undefined && lifted.by !== by;
  if (past.some((each) => pardoned(each) && (each.lifted?.at ?? 0) >= at)) return refuse('pardoned');

  const signature = { by, at: now };
  const same = standing.find((each) => each.action === action);
  if (same !== undefined) {
    const granule = Math.ceil(fullDurationMs / EXTENSION_STEPS);
    const latest = now + policy.limits.maxDurationSeconds * 1_000;
    const longer = { ...same, expires: Math.min(Math.ceil(expires / granule) * granule, latest) };
    return [
      extendedStep(longer, proposal.key, proposal.reason, signature),
      ...supersededSteps(standing, longer, by, now),
    ];
  }

  if ((await ledger.decisionHistory(id)).length > 0) return refuse('already_decided');
  const previousBans = past.filter(
    (each) =>
      each.decision.action === 'ban' &&
      !pardoned(each) &&
      !standing.some((other) => other.id === each.decision.id),
  ).length;
  const born = decide(proposal, { policy, now, id, previousBans });
  if (!born.ok) return refuse(born.error.kind);
  const decision = inItsPlace(born.value, standing);
  return [madeStep(decision, signature), ...supersededSteps(standing, decision, by, now)];
}

/**
 * No younger and no surer than the graver ones beside it, no less sure than the milder ones: so, of decisions on
 * one target, of one origin and hence one strategy, arbitration lets the gravest win for as long as it lasts.
 */
function inItsPlace(decision: Decision, standing: readonly Decision[]): Decision {
  const graver = standing.filter(({ action }) => gravity(action) > gravity(decision.action));
  const milder = standing.filter(({ action }) => gravity(action) < gravity(decision.action));
  const sure = Math.max(decision.weight, ...milder.map(({ weight }) => weight));
  return {
    ...decision,
    created: Math.min(decision.created, ...graver.map(({ created }) => created)),
    weight: Math.min(sure, ...graver.map(({ weight }) => weight)),
  };
}

/** Milder decisions that end no later are of no more use. */
function supersededSteps(
  standing: readonly Decision[],
  by: Decision,
  signer: string,
  at: Timestamp,
): readonly DecisionStep[] {
  return standing
    .filter((each) => gravity(each.action) < gravity(by.action) && each.expires <= by.expires)
    .map((each) => liftedStep(each, `superseded by ${by.id}`, { by: signer, at }));
}

function standingOn(
  { scope, value, origin }: Proposal,
  { engine, now }: ProposalContext,
): readonly Decision[] {
  return engine
    .decisionsOn(scope, value)
    .filter((each) => each.origin === origin && each.action !== 'allow' && each.expires > now);
}

/** What stands once the step is taken. */
function after(standing: readonly Decision[], { change }: DecisionStep): readonly Decision[] {
  const others = standing.filter(({ id }) => id !== change.decision.id);
  return change.kind === 'lifted' ? others : [...others, change.decision];
}

function gravestFirst({ proposal: a }: Wish, { proposal: b }: Wish): number {
  return gravity(b.action) - gravity(a.action) || b.durationMs - a.durationMs;
}

/** From the mildest, 0, to the gravest. */
function gravity(action: Action): number {
  return ACTIONS.indexOf(action);
}

function targetOf({ origin, scope, value }: Proposal): string {
  return [origin, scope, value].join('\n');
}
