import type { RiskFactor, RiskPart } from '@aegis/model';
import type { EnrichedSession } from '../enrich/enriched-session.ts';
import { complexityPart } from './complexity-part.ts';
import type { PartScore } from './evaluation.ts';
import { payloadPart } from './payload-part.ts';
import { reputationPart } from './reputation-part.ts';
import { severityPart } from './severity-part.ts';
import { volumePart } from './volume-part.ts';

/** They add up to 1. */
export const RISK_WEIGHTS: Readonly<Record<RiskFactor, number>> = Object.freeze({
  severity: 0.3,
  volume: 0.2,
  payload: 0.25,
  reputation: 0.15,
  complexity: 0.1,
});

export interface Risk {
  /** 0-100, whole. */
  readonly score: number;
  readonly breakdown: Readonly<Record<RiskFactor, RiskPart>>;
}

/** risk = sum over the five parts of weight * score, rounded; the parts shown are rounded to a tenth. */
export function risk(enriched: EnrichedSession): Risk {
  const others = {
    severity: severityPart(enriched),
    volume: volumePart(enriched),
    payload: payloadPart(enriched),
    complexity: complexityPart(enriched),
  };
  const sum = (Object.keys(others) as (keyof typeof others)[]).reduce(
    (total, factor) => total + RISK_WEIGHTS[factor] * others[factor].score,
    0,
  );
  const reputation = reputationPart(enriched, sum / (1 - RISK_WEIGHTS.reputation));
  const part = (factor: RiskFactor, { score, why }: PartScore): RiskPart => ({
    score: Math.round(score * 10) / 10,
    weight: RISK_WEIGHTS[factor],
    why,
  });
  return {
    score: Math.min(100, Math.max(0, Math.round(sum + RISK_WEIGHTS.reputation * reputation.score))),
    breakdown: {
      severity: part('severity', others.severity),
      volume: part('volume', others.volume),
      payload: part('payload', others.payload),
      reputation: part('reputation', reputation),
      complexity: part('complexity', others.complexity),
    },
  };
}
