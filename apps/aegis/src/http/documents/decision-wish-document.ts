import { Action, Result, Scope, type Timestamp } from '@aegis/model';
import { z } from 'zod';
import type { DecisionRefusal, DecisionWish } from '../../node/services.ts';
import { DecisionDocument } from './decision-document.ts';
import { AskedDuration, AskedTime } from './values.ts';
import { withoutUndefined } from './without-undefined.ts';

/** A wish for a decision as it comes in. */
export interface WishDocument {
  readonly scope: Scope;
  readonly value: string;
  readonly action: Action;
  readonly reason: string;
  /** Ms; either this or `expires`. */
  readonly duration?: number | undefined;
  readonly expires?: Timestamp | undefined;
  readonly origin?: string | undefined;
  readonly source?: string | undefined;
  readonly weight?: number | undefined;
  readonly key?: string | undefined;
}

/** What a decision lasts where nothing is said, ms: 4 h, as in CrowdSec. */
const DEFAULT_DURATION_MS = 4 * 3_600_000;

const fields = {
  value: z.string().min(1).max(2_048),
  duration: AskedDuration.optional(),
  expires: AskedTime.optional(),
  origin: z.string().min(1).max(128).optional(),
  source: z.string().min(1).max(256).optional(),
  weight: z.number().positive().max(1_000).optional(),
};

const Reason = z.string().min(1).max(1_000);

/** Wanted by hand or by a program: everything that is not known is a mistake. */
export const WishDocument: z.ZodType<WishDocument> = z
  .strictObject({
    ...fields,
    scope: Scope,
    action: Action.default('ban'),
    reason: Reason,
    key: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({ description: 'The same key is decided once; send one where the request may be repeated.' }),
  })
  .refine((wish) => wish.duration === undefined || wish.expires === undefined, {
    error: 'give either duration or expires, not both',
    path: ['expires'],
  })
  .meta({
    id: 'DecisionWish',
    description: 'Lasts 4 hours where neither `duration` nor `expires` is given.',
  });

/** An entry of a list made elsewhere, of an export of this API for one. */
export interface ImportedWish extends Omit<WishDocument, 'scope' | 'action' | 'reason' | 'key'> {
  readonly scope?: Scope | undefined;
  readonly action?: Action | undefined;
  readonly reason?: string | undefined;
}

/** Members that are not known are left out. */
export const ImportedWish: z.ZodType<ImportedWish> = z
  .object({
    ...fields,
    scope: z.preprocess(lowerCase, Scope).optional(),
    action: z.preprocess(lowerCase, Action).optional(),
    reason: Reason.optional(),
  })
  .meta({ id: 'ImportedDecision' });

/** CrowdSec writes `Ip` and `Range`. */
function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

export function wishOf(document: WishDocument, now: Timestamp): Result<DecisionWish, DecisionRefusal> {
  const { duration, expires, ...rest } = document;
  const durationMs = expires === undefined ? (duration ?? DEFAULT_DURATION_MS) : expires - now;
  if (durationMs <= 0) return Result.err({ kind: 'bad_duration', message: 'it would already have ended' });
  return Result.ok(withoutUndefined({ ...rest, durationMs }));
}

/** What became of each wish, in their order. */
export interface WishReport {
  readonly added: number;
  readonly refused: number;
  readonly results: readonly WishResult[];
}

export interface WishResult {
  readonly decision?: DecisionDocument | undefined;
  readonly refusal?: { readonly kind: string; readonly message: string } | undefined;
}

const RefusalDocument = z.strictObject({
  kind: z.string().meta({ description: 'Stable: `protected`, `bad_value`, `already_decided`, …' }),
  message: z.string(),
});

export const WishReport: z.ZodType<WishReport> = z
  .strictObject({
    added: z.int(),
    refused: z.int(),
    results: z.array(
      z.strictObject({ decision: DecisionDocument.optional(), refusal: RefusalDocument.optional() }),
    ),
  })
  .meta({ id: 'WishReport' });
