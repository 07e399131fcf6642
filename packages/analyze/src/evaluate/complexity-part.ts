import type { EnrichedSession } from '../enrich/enriched-session.ts';
import type { PartScore } from './evaluation.ts';

/** What an attack that goes through several phases adds. */
const FOR_ESCALATION = 20;

/** complexity = the sophistication score (mean of its four measures), plus 20 where the phases rose, at most 100. */
export function complexityPart(enriched: EnrichedSession): PartScore {
  const { length, encodings, specialCharacters, techniques, score } = enriched.sophistication;
  const rose = enriched.patterns.escalation;
  const measures = `length ${length}, encodings ${encodings}, special characters ${specialCharacters}, techniques ${techniques}`;
  return {
    score: Math.min(100, score + (rose ? FOR_ESCALATION : 0)),
    why: `${measures}${rose ? ', and the attack rose through its phases' : ''}`,
  };
}
