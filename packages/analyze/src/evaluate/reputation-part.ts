import type { EnrichedSession } from '../enrich/enriched-session.ts';
import type { PartScore } from './evaluation.ts';

/**
 * The reputation that intelligence gives the address. Where it knows nothing, the part takes `othersMean`, the
 * weighted mean of the other four: ignorance then moves the total neither up nor down, which is the same as
 * spreading these 15% over the others, and every level stays within reach of a first-seen source.
 */
export function reputationPart(enriched: EnrichedSession, othersMean: number): PartScore {
  const { is_known_malicious, reputation_score, threat_categories } = enriched.intelligence;
  if (!is_known_malicious && reputation_score === 0)
    return {
      score: othersMean,
      why: 'nothing is known of the address: it takes the mean of the other parts',
    };
  const categories = threat_categories.length === 0 ? '' : ` (${threat_categories.slice(0, 5).join(', ')})`;
  return { score: reputation_score, why: `the address has a reputation of ${reputation_score}${categories}` };
}
