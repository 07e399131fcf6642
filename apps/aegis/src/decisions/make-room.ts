import type { DecisionEngine } from '@aegis/decide';
import type { Decision, Timestamp } from '@aegis/model';
import { type DecisionStep, liftedStep } from './decision-step.ts';

export interface RoomContext {
  readonly engine: DecisionEngine;
  /** Decisions in force at most. */
  readonly maxInForce: number;
  readonly now: Timestamp;
  readonly by: string;
}

export interface Room {
  /** Lifts the decisions that give way. */
  readonly gaveWay: readonly DecisionStep[];
  /** Groups of the plan, by index, for which there is no room even so. */
  readonly turnedAway: ReadonlySet<number>;
}

/** The origin of what this node detected itself. */
export const OWN_ORIGIN: string = 'aegis';
/** This share of the room is made at once, so that looking through everything in force is rare. */
const SHARE = 1_000;

/**
 * What a plan, groups of steps that belong together, needs to fit under the bound: the own detections that end
 * soonest give way. Whoever attacks now matters more than who would soon have been let in again, and the bound must
 * not become a way in: an attacker with a whole IPv6 network could otherwise use up the room and the next one
 * would pass. What operators, lists and other nodes decided never gives way; where nothing else is left, the last
 * groups are turned away.
 */
export function makeRoom(plan: readonly (readonly DecisionStep[])[], context: RoomContext): Room {
  const { engine, maxInForce, now, by } = context;
  const growth = plan.map(growthOf);
  let missing = engine.size + growth.reduce((sum, each) => sum + each, 0) - maxInForce;
  if (missing <= 0) return { gaveWay: [], turnedAway: new Set() };
  const changed = new Set(plan.flat().map(({ change }) => change.decision.id));
  const wanted = Math.max(missing, Math.floor(maxInForce / SHARE));
  const yielding = soonestToEnd(engine.decisions(), wanted, changed);
  missing -= yielding.length;
  const turnedAway = new Set<number>();
  for (let index = plan.length - 1; index >= 0 && missing > 0; index--) {
    const grows = growth[index] ?? 0;
    if (grows <= 0) continue;
    turnedAway.add(index);
    missing -= grows;
  }
  const reason = `gave way to newer ones: decisions.max_in_force, ${maxInForce}, is reached`;
  return { gaveWay: yielding.map((each) => liftedStep(each, reason, { by, at: now })), turnedAway };
}

function growthOf(steps: readonly DecisionStep[]): number {
  const count = (kind: string): number => steps.filter(({ change }) => change.kind === kind).length;
  return count('made') - count('lifted');
}

/** Own detections, the soonest end first, at most `count`. */
function soonestToEnd(
  decisions: Iterable<Decision>,
  count: number,
  except: ReadonlySet<string>,
): readonly Decision[] {
  let soonest: Decision[] = [];
  let latest = Number.POSITIVE_INFINITY;
  for (const decision of decisions) {
    const yields = decision.origin === OWN_ORIGIN && decision.expires < latest && !except.has(decision.id);
    if (!yields) continue;
    soonest.push(decision);
    if (soonest.length < 2 * count) continue;
    soonest = soonest.sort(bySoonestEnd).slice(0, count);
    latest = soonest.at(-1)?.expires ?? latest;
  }
  return soonest.sort(bySoonestEnd).slice(0, count);
}

function bySoonestEnd(a: Decision, b: Decision): number {
  return a.expires - b.expires || (a.id < b.id ? -1 : 1);
}
