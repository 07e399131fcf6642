import { TRUST_RECOVERED } from './trust-bands.ts';

export const DAY_MS = 86_400_000;
/** Points that a day gives back. */
export const DAILY_RECOVERY = 10;

/** The score after so many whole days without being touched by anything else; never lowers it. */
export function recovered(score: number, days: number): number {
  if (score >= TRUST_RECOVERED || days <= 0) return score;
  return Math.min(TRUST_RECOVERED, score + DAILY_RECOVERY * days);
}
