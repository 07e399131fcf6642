import type { EnrichedSession } from '../enrich/enriched-session.ts';
import type { PartScore } from './evaluation.ts';

/** Observations at which the count is full. */
const FULL_COUNT = 300;
/** Observations a second at which the rate is full. */
const FULL_RATE = 10;

/**
 * volume = 50 * log(1 + n) / log(1 + 300) + 25 * log(1 + r) / log(1 + 10) + 25 * h, each fraction at most 1:
 * n observations, r observations a second (0 for a single one), h the share of them that is hostile. The count
 * alone never makes a threat: whoever reads a whole site gets at most 75 here, which is 15 of 100 points.
 */
export function volumePart(enriched: EnrichedSession): PartScore {
  const n = enriched.session.observationCount;
  const rate = n > 1 ? enriched.requestPattern.requests_per_second : 0;
  const share = enriched.conduct.hostileShare;
  const count = Math.min(1, Math.log1p(n) / Math.log1p(FULL_COUNT));
  const speed = Math.min(1, Math.log1p(rate) / Math.log1p(FULL_RATE));
  return {
    score: 50 * count + 25 * speed + 25 * share,
    why: `${n} observation${n === 1 ? '' : 's'} in ${Math.round(enriched.conduct.durationSeconds)} s, ${rate} a second, ${Math.round(share * 100)}% of them hostile`,
  };
}
