import { ACTIONS, type Action, type Decision, type Timestamp } from '@aegis/model';

/** How a strategy lets strength fade: max(floor, 1 - age / windowMs). */
export interface Fading {
  /** Infinity: age does not count. */
  readonly windowMs: number;
  readonly floor: number;
}

/** A decision from the future, made by a node whose clock is ahead, is as fresh as can be. */
export function freshnessAt(fading: Fading, created: Timestamp, now: Timestamp): number {
  const age = Math.max(0, now - created);
  return Math.max(fading.floor, 1 - age / fading.windowMs);
}

/** Whether it takes something from the client. `allow` and `observe` do not. */
export function isRestrictive(action: Action): boolean {
  return action !== 'allow' && action !== 'observe';
}

/** From the mildest, 0, to the gravest. */
export function gravityOf(action: Action): number {
  return ACTIONS.indexOf(action);
}

/** A decision and its score in one check; exemptions score Infinity. */
export interface Scored {
  readonly decision: Decision;
  readonly score: number;
}

/**
 * The order of arbitration, the winner first; total where ids differ, so that neither the order of arrival nor
 * the node matters. The higher score; then the graver action; then the later expiry; then the smaller id.
 */
export function compareScored(a: Scored, b: Scored): number {
  if (a.score !== b.score) return b.score - a.score;
  return compareTied(a.decision, b.decision);
}

/** The same for decisions of equal score. */
export function compareTied(a: Decision, b: Decision): number {
  if (a.action !== b.action) return gravityOf(b.action) - gravityOf(a.action);
  if (a.expires !== b.expires) return b.expires - a.expires;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
