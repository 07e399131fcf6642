import type { EnrichedSession } from '../enrich/enriched-session.ts';
import { confidenceScore } from './confidence.ts';
import type { Evaluation } from './evaluation.ts';
import { impact } from './impact.ts';
import { recommend } from './recommend.ts';
import { risk } from './risk.ts';
import { exploitationEvidence, priorityOf, respondWithin, threatLevel } from './threat-level.ts';

/** Judges an enriched session. A function of its argument. */
export function evaluate(enriched: EnrichedSession): Evaluation {
  const { score, breakdown } = risk(enriched);
  const level = threatLevel(score);
  const confidence = confidenceScore(enriched);
  const respondWithinSeconds = respondWithin(level);
  return {
    score,
    breakdown,
    level,
    priority: priorityOf(level, exploitationEvidence(enriched)),
    ...(respondWithinSeconds === undefined ? {} : { respondWithinSeconds }),
    confidence,
    impact: impact(enriched),
    recommendations: recommend(enriched, level, confidence),
  };
}
