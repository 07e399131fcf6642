import type { Action, Scope } from './decision.ts';

/** The answer to one check. `none` is "no opinion": unlisted is not the same as allowed. */
export const OUTCOMES = ['none', 'allow', 'observe', 'throttle', 'challenge', 'shadow', 'block'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Verdict {
  readonly outcome: Outcome;
  /** The decision that won; absent with `none`. */
  readonly decision?: string;
  readonly reason: string;
  readonly origin?: string;
  readonly scope?: Scope;
  /** weight x freshness x granularity of the winner; Infinity for an exemption, 0 with `none`. */
  readonly score: number;
  /** When the winner ends, ms; the verdict must not be kept longer. */
  readonly expires?: number;
}

const OUTCOME_OF: Readonly<Record<Action, Outcome>> = Object.freeze({
  allow: 'allow',
  observe: 'observe',
  throttle: 'throttle',
  captcha: 'challenge',
  shadow: 'shadow',
  ban: 'block',
});

export function outcomeOf(action: Action): Outcome {
  return OUTCOME_OF[action];
}

/** What is known of the request that is checked. Values are canonical for their scope. */
export interface CheckRequest {
  readonly address: string;
  readonly as?: string;
  readonly asName?: string;
  readonly country?: string;
  readonly continent?: string;
  readonly domain?: string;
  /** Of a file that is up- or downloaded. */
  readonly hash?: string;
  readonly url?: string;
  readonly userAgent?: string;
  readonly ja3?: string;
  readonly ja4?: string;
  readonly session?: string;
  readonly user?: string;
}
