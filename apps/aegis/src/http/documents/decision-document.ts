import { Action, type Decision, Scope, type Timestamp } from '@aegis/model';
import type { DecisionEvent, DecisionStanding } from '@aegis/ports';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';

/** A decision as the API shows it. */
export interface DecisionDocument {
  readonly id: string;
  readonly scope: Scope;
  readonly value: string;
  readonly action: Action;
  readonly reason: string;
  readonly origin: string;
  readonly source: string;
  readonly weight: number;
  readonly created: string;
  readonly expires: string;
  readonly session?: string | undefined;
}

export const DecisionDocument: z.ZodType<DecisionDocument> = z
  .strictObject({
    id: z.string(),
    scope: Scope,
    value: z.string(),
    action: Action,
    reason: z.string(),
    origin: z.string(),
    source: z.string(),
    weight: z.number(),
    created: IsoTime,
    expires: IsoTime,
    session: z.string().optional(),
  })
  .meta({ id: 'Decision' });

export function decisionDocument(decision: Decision): DecisionDocument {
  const { created, expires, ...rest } = decision;
  return { ...rest, created: isoTime(created), expires: isoTime(expires) };
}

/** A decision and whether it holds. */
export interface StandingDocument {
  readonly decision: DecisionDocument;
  readonly in_force: boolean;
  readonly lifted?: { readonly at: string; readonly by: string; readonly reason: string } | undefined;
}

export const StandingDocument: z.ZodType<StandingDocument> = z
  .strictObject({
    decision: DecisionDocument,
    in_force: z.boolean(),
    lifted: z.strictObject({ at: IsoTime, by: z.string(), reason: z.string() }).optional(),
  })
  .meta({ id: 'Standing' });

export function standingDocument({ decision, lifted }: DecisionStanding, now: Timestamp): StandingDocument {
  return {
    decision: decisionDocument(decision),
    in_force: lifted === undefined && decision.expires > now,
    ...(lifted === undefined ? {} : { lifted: { ...lifted, at: isoTime(lifted.at) } }),
  };
}

/** One thing that happened to a decision. */
export interface DecisionEventDocument {
  readonly kind: 'made' | 'lifted' | 'extended';
  readonly at: string;
  readonly by: string;
  readonly reason?: string | undefined;
  /** The new end; only with `extended`. */
  readonly expires?: string | undefined;
}

export const DecisionEventDocument: z.ZodType<DecisionEventDocument> = z
  .strictObject({
    kind: z.enum(['made', 'lifted', 'extended']),
    at: IsoTime,
    by: z.string(),
    reason: z.string().optional(),
    expires: IsoTime.optional(),
  })
  .meta({ id: 'DecisionEvent' });

export function decisionEventDocument(event: DecisionEvent): DecisionEventDocument {
  return {
    kind: event.kind,
    at: isoTime(event.at),
    by: event.by,
    ...(event.kind === 'made' ? {} : { reason: event.reason }),
    ...(event.kind === 'extended' ? { expires: isoTime(event.expires) } : {}),
  };
}
