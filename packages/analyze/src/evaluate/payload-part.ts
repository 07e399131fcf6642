import type { EnrichedSession } from '../enrich/enriched-session.ts';
import { LEAST_SEVERITY, SEVERITY } from '../enrich/severity.ts';
import type { PartScore } from './evaluation.ts';
import { labelCertainty } from './severity-part.ts';

/** What each further distinct dangerous payload adds, and how much they add at most. */
const EACH_MORE = 1.5;
const MORE_AT_MOST = 15;
const DANGEROUS = 40;
/** What only the sensor saw weighs a little less. */
const UNSEEN = 0.85;

/**
 * payload = max over findings of danger * confidence / 100, or over the sensor's labels of SEVERITY * 0.85 * the
 * certainty of labels where that is more (the sensor saw what it did not pass on), plus 1.5 for each further distinct finding of
 * danger >= 40 (at most 15 together), at most 100.
 */
export function payloadPart(enriched: EnrichedSession): PartScore {
  let worst = 0;
  let what = '';
  for (const finding of enriched.findings) {
    const danger = (finding.danger * finding.confidence) / 100;
    if (danger <= worst) continue;
    worst = danger;
    what = finding.evidence.why;
  }
  const labelled = labelCertainty(enriched) * UNSEEN;
  for (const label of enriched.session.labels) {
    if (SEVERITY[label] < LEAST_SEVERITY || SEVERITY[label] * labelled <= worst) continue;
    worst = SEVERITY[label] * labelled;
    what = `the sensor saw ${label}`;
  }
  const dangerous = enriched.findings.filter((finding) => finding.danger >= DANGEROUS).length;
  const more = Math.min(MORE_AT_MOST, EACH_MORE * Math.max(0, dangerous - 1));
  const count = `${enriched.findings.length} distinct finding${enriched.findings.length === 1 ? '' : 's'}`;
  return {
    score: worst === 0 ? 0 : Math.min(100, worst + more),
    why: worst === 0 ? 'no payload was found' : `${count}, the worst: ${what} (${Math.round(worst)})`,
  };
}
