import { type DecisionEngine, decide } from '@aegis/decide';
import type { Decision, Timestamp } from '@aegis/model';
import type { DecisionEvent } from '@aegis/ports';
import { extendedStep, liftedStep, madeStep } from './decision-step.ts';

/** A step that another node has taken in the life of a decision. */
export interface ReceivedStep {
  readonly node: string;
  readonly step: 'made' | 'extended' | 'lifted';
  /** The same on every node. */
  readonly id: string;
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
  /** As it stands with this step, as the other node has it. */
  readonly decision: Decision;
}

export interface ReceptionContext {
  readonly engine: DecisionEngine;
  readonly now: Timestamp;
  /** Decisions in force at most, and of one other node. */
  readonly maxInForce: number;
  readonly maxPerNode: number;
  /** In force by node; kept up by the caller. */
  readonly countOf: (node: string) => number;
}

/** Why a step is not taken here. `over`: the decision has ended. */
export interface ReceptionRefusal {
  readonly kind: 'protected' | 'too_wide' | 'bad_value' | 'over' | 'full';
  readonly detail: string;
  readonly node: string;
}

export interface ReceptionPlan {
  readonly events: readonly DecisionEvent[];
  readonly refused: readonly ReceptionRefusal[];
}

/** How decisions of other nodes, and steps that were taken there, are signed here. */
const MESH = 'mesh:';
/** Nobody else's word counts for more than an ordinary one here. */
const MOST_WEIGHT = 1;

/** Whether another node took this step: it is not told to others again. */
export function isFromMesh({ by }: Pick<DecisionEvent, 'by'>): boolean {
  return by.startsWith(MESH);
}

/** The node that a decision came from. */
export function nodeOf({ origin }: Decision): string | undefined {
  return origin.startsWith(MESH) ? origin.slice(MESH.length) : undefined;
}

/**
 * What the ledger is to keep of steps of other nodes. Each comes with the decision whole, so that they may arrive in
 * any order and any number of times: what they amount to is for the ledger to say. This node has the last word on
 * whom it restricts: what its policy protects is not touched, whoever asks. A decision is lifted whoever lifts it.
 */
export function planReceived(steps: readonly ReceivedStep[], context: ReceptionContext): ReceptionPlan {
  const events: DecisionEvent[] = [];
  const refused: ReceptionRefusal[] = [];
  const planned = new Map<string, number>();
  for (const received of steps) {
    const { node } = received;
    const decision = asHere(received);
    const signature = { by: `${MESH}${node}/${received.by}`.slice(0, 128), at: received.at };
    if (received.step !== 'lifted') {
      const count = planned.get(node) ?? 0;
      const objection = objectionTo(decision, count, node, context);
      if (objection !== undefined) {
        refused.push({ ...objection, node });
        continue;
      }
      planned.set(node, count + 1);
    }
    const { event: made } = madeStep(decision, signature);
    events.push(received.step === 'made' ? { ...made, id: received.id } : made);
    if (received.step === 'lifted')
      events.push({ ...liftedStep(decision, received.reason, signature).event, id: received.id });
    if (received.step === 'extended')
      events.push({ ...extendedStep(decision, '', received.reason, signature).event, id: received.id });
  }
  return { events, refused };
}

function asHere({ node, decision }: ReceivedStep): Decision {
  const { origin, source, weight } = decision;
  return {
    ...decision,
    origin: `${MESH}${node}`,
    source: `${origin}: ${source}`.slice(0, 256),
    weight: Math.min(weight, MOST_WEIGHT),
  };
}

function objectionTo(
  decision: Decision,
  planned: number,
  node: string,
  { engine, now, maxInForce, maxPerNode, countOf }: ReceptionContext,
): Omit<ReceptionRefusal, 'node'> | undefined {
  const about = `${decision.scope} ${decision.value}`;
  if (decision.expires <= now) return { kind: 'over', detail: `${about} has ended` };
  if (engine.get(decision.id) === undefined) {
    if (engine.size + planned >= maxInForce)
      return { kind: 'full', detail: 'as many are in force as decisions.max_in_force allows' };
    if (countOf(node) + planned >= maxPerNode)
      return { kind: 'full', detail: `as many of ${node} are in force as mesh.max_per_node allows` };
  }
  const wish = { ...decision, durationMs: decision.expires - now };
  const born = decide(wish, { policy: engine.policy, now, id: decision.id });
  if (born.ok) return undefined;
  const { kind, message } = born.error;
  return {
    kind: kind === 'protected' || kind === 'too_wide' ? kind : 'bad_value',
    detail: `${about}: ${message}`,
  };
}
