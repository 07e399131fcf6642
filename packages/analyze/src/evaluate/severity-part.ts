import type { AttackType } from '@aegis/model';
import type { EnrichedSession } from '../enrich/enriched-session.ts';
import { SEVERITY } from '../enrich/severity.ts';
import type { PartScore } from './evaluation.ts';

/** From this confidence on a finding counts in full. */
const CERTAIN = 85;
/** A sensor's label without proof of our own, and where the user agent is that of an attack tool as well. */
const LABEL_CERTAINTY = 0.75;
const LABEL_AND_TOOL_CERTAINTY = 0.95;

/**
 * severity = max over attack types of SEVERITY[type] * certainty, where certainty = min(1, confidence / 85) for
 * findings, and for types that only the sensor named 0.75, or 0.95 where the client says it is an attack tool.
 */
export function severityPart(enriched: EnrichedSession): PartScore {
  let score = 0;
  let type: AttackType | undefined;
  let certainty = 0;
  const consider = (candidate: AttackType, sure: number): void => {
    if (SEVERITY[candidate] * sure <= score) return;
    score = SEVERITY[candidate] * sure;
    type = candidate;
    certainty = sure;
  };
  for (const finding of enriched.findings)
    consider(finding.attackType, Math.min(1, finding.confidence / CERTAIN));
  const labelled = labelCertainty(enriched);
  for (const label of enriched.session.labels) consider(label, labelled);
  const sure = `${Math.round(certainty * 100)}%`;
  return {
    score,
    why:
      type === undefined ? 'no attack was seen' : `${type} (severity ${SEVERITY[type]}) is ${sure} certain`,
  };
}

export function labelCertainty(enriched: EnrichedSession): number {
  return enriched.userAgent.kind === 'security_tool' ? LABEL_AND_TOOL_CERTAINTY : LABEL_CERTAINTY;
}
