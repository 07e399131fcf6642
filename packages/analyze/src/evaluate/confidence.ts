import type { EnrichedSession } from '../enrich/enriched-session.ts';

/** How many observations make it fairly sure that nothing more is to come. */
const ENOUGH = 20;

/**
 * How sure the judgement is, 0-100. With findings the independent signs are combined as
 * 100 * (1 - product of (1 - sign)): the surest finding in full, the surest one of another type at half, a
 * security tool 0.5, a known address half its reputation, a sensor that agrees 0.5, ten occurrences 0.3. Several
 * signs together reach 100. With only a sensor's label it is 40. With nothing found it is how much was seen:
 * 0 for nothing at all, rising to 90.
 */
export function confidenceScore(enriched: EnrichedSession): number {
  const { findings, session, conduct } = enriched;
  const surest = findings.toSorted((a, b) => b.confidence - a.confidence);
  const [first] = surest;
  if (first === undefined) {
    if (session.labels.some((label) => label !== 'unknown' && label !== 'index')) return 40;
    const seen = Math.min(session.observationCount, session.observations.length);
    return Math.round(90 * (1 - Math.exp(-seen / ENOUGH)));
  }
  const other = surest.find((finding) => finding.attackType !== first.attackType);
  const occurrences = findings.reduce((sum, finding) => sum + finding.occurrences, 0);
  const guesses = conduct.loginAttempts + conduct.notFound;
  const signs = [
    first.confidence / 100,
    (other?.confidence ?? 0) / 200,
    enriched.userAgent.kind === 'security_tool' ? 0.5 : 0,
    enriched.intelligence.is_known_malicious ? enriched.intelligence.reputation_score / 200 : 0,
    findings.some((finding) => session.labels.includes(finding.attackType)) ? 0.5 : 0,
    occurrences >= 10 || guesses >= 100 ? 0.3 : 0,
  ];
  return Math.round(100 * (1 - signs.reduce((doubt, sign) => doubt * (1 - sign), 1)));
}
