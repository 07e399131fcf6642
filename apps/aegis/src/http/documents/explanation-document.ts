import type { Candidate, Explanation } from '@aegis/decide';
import { z } from 'zod';
import { DecisionDocument, decisionDocument } from './decision-document.ts';
import { PlaceDocument } from './place-document.ts';
import { VerdictDocument, verdictDocument } from './verdict-document.ts';

/** A decision that could have given the verdict, and what became of it. */
interface CandidateDocument {
  readonly decision: DecisionDocument;
  readonly strategy: string;
  readonly mode: string;
  readonly weight: number;
  readonly freshness: number;
  readonly granularity: number;
  /** Null: an exemption, which outranks every score. */
  readonly score: number | null;
  readonly result: string;
  readonly why: string;
}

/** Why a verdict is what it is. */
export interface ExplanationDocument {
  readonly verdict: VerdictDocument;
  readonly shadow?: VerdictDocument | undefined;
  /** What was known of the client's address, or said of it. */
  readonly client: PlaceDocument;
  readonly candidates: readonly CandidateDocument[];
}

export const ExplanationDocument: z.ZodType<ExplanationDocument> = z
  .strictObject({
    verdict: VerdictDocument,
    shadow: VerdictDocument.optional().meta({
      description: 'What it would be if strategies that only watch were enforced.',
    }),
    client: PlaceDocument,
    candidates: z.array(
      z.strictObject({
        decision: DecisionDocument,
        strategy: z.string(),
        mode: z.string(),
        weight: z.number(),
        freshness: z.number(),
        granularity: z.number(),
        score: z.number().nullable(),
        result: z.string(),
        why: z.string(),
      }),
    ),
  })
  .meta({ id: 'Explanation' });

export function explanationDocument(
  { verdict, shadow, candidates }: Explanation,
  client: PlaceDocument,
): ExplanationDocument {
  return {
    verdict: verdictDocument(verdict),
    ...(shadow === undefined ? {} : { shadow: verdictDocument(shadow) }),
    client,
    candidates: candidates.map(candidateDocument),
  };
}

function candidateDocument(candidate: Candidate): CandidateDocument {
  const { decision, strategy, mode, weight, freshness, granularity, score, result, why } = candidate;
  return {
    decision: decisionDocument(decision),
    strategy,
    mode,
    weight,
    freshness,
    granularity,
    score: Number.isFinite(score) ? score : null,
    result,
    why,
  };
}
