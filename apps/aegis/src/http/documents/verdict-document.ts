import { OUTCOMES, type Outcome, Scope, type Verdict } from '@aegis/model';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';

/** The answer to one check. */
export interface VerdictDocument {
  readonly outcome: Outcome;
  readonly decision?: string | undefined;
  readonly reason: string;
  readonly origin?: string | undefined;
  readonly scope?: Scope | undefined;
  /** Null where an exemption won, which outranks every score. */
  readonly score: number | null;
  readonly expires?: string | undefined;
}

export const VerdictDocument: z.ZodType<VerdictDocument> = z
  .strictObject({
    outcome: z.enum(OUTCOMES).meta({ description: '`none` is "no opinion": unlisted is not allowed.' }),
    decision: z.string().optional().meta({ description: 'The id of the decision that won.' }),
    reason: z.string(),
    origin: z.string().optional(),
    scope: Scope.optional(),
    score: z.number().nullable().meta({ description: 'Null: an exemption, which outranks every score.' }),
    expires: IsoTime.optional().meta({ description: 'Do not keep the verdict longer.' }),
  })
  .meta({ id: 'Verdict' });

export function verdictDocument(verdict: Verdict): VerdictDocument {
  const { score, expires, ...rest } = verdict;
  return {
    ...rest,
    score: Number.isFinite(score) ? score : null,
    ...(expires === undefined ? {} : { expires: isoTime(expires) }),
  };
}
