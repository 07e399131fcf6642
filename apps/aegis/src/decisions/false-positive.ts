import type { Counter } from 'prom-client';

/** Why a decision was wrong, for the rate of false positives; a closed vocabulary, as it labels a metric. */
export const FALSE_POSITIVE_REASONS = [
  'ordinary_client',
  'shared_address',
  'crawler',
  'own_system',
  'stale',
  'other',
] as const;
export type FalsePositiveReason = (typeof FALSE_POSITIVE_REASONS)[number];

/** What people say of decisions. */
export interface Feedback {
  /** So many were wrong. */
  falsePositives(reason: FalsePositiveReason, count: number): void;
}

/** Counted from the start, so that a rate of them is 0 and not unknown where there were none. */
export function countedFeedback(counter: Counter): Feedback {
  for (const reason of FALSE_POSITIVE_REASONS) counter.inc({ reason }, 0);
  return { falsePositives: (reason, count) => counter.inc({ reason }, count) };
}
