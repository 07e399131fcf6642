import { CLIENT_STATES, type ClientView, type GuardOutcome, type GuardVerdict } from '@aegis/guard';
import type { AddressBan, CaseRecord } from '@aegis/ports';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';
import { withoutUndefined } from './without-undefined.ts';

const LIMITED_BY = [
  'user',
  'device',
  'rpc',
  'user_channel',
  'channel',
  'ip',
  'state',
  'ip_ban',
  'decision',
] as const;

interface OutcomeDocument {
  readonly allowed: boolean;
  readonly delay_ms: number;
  readonly silent_drop: boolean;
  readonly state: (typeof CLIENT_STATES)[number];
  readonly retry_after_ms: number | null;
  readonly limited_by?: (typeof LIMITED_BY)[number] | undefined;
}

const outcomeFields = {
  allowed: z.boolean(),
  delay_ms: z.number().meta({ description: 'Wait so long before serving the call.' }),
  silent_drop: z.boolean().meta({ description: 'Tell the caller that it worked, and do nothing.' }),
  state: z.enum(CLIENT_STATES),
  retry_after_ms: z.number().nullable().meta({ description: 'null: when an operator says so.' }),
  limited_by: z.enum(LIMITED_BY).optional(),
};

export interface GuardVerdictDocument extends OutcomeDocument {
  readonly trust: number;
  readonly would: OutcomeDocument;
}

export const GuardVerdictDocument: z.ZodType<GuardVerdictDocument> = z
  .strictObject({
    ...outcomeFields,
    trust: z.int(),
    would: z.strictObject(outcomeFields).meta({ description: 'In observe mode: what would have happened.' }),
  })
  .meta({ id: 'GuardVerdict' });

export function guardVerdictDocument(verdict: GuardVerdict): GuardVerdictDocument {
  return { ...outcomeDocument(verdict), trust: verdict.trust, would: outcomeDocument(verdict.would) };
}

function outcomeDocument(outcome: GuardOutcome): OutcomeDocument {
  const { allowed, delayMs, silentDrop, state, retryAfterMs, limitedBy } = outcome;
  return withoutUndefined({
    allowed,
    delay_ms: delayMs,
    silent_drop: silentDrop,
    state,
    retry_after_ms: Number.isFinite(retryAfterMs) ? retryAfterMs : null,
    limited_by: limitedBy,
  });
}

export interface GuardCaseDocument {
  readonly id: string;
  readonly user: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly at: string;
  readonly until: string | null;
  readonly points: number;
  readonly asks: boolean;
  readonly status: CaseRecord['status'];
  readonly evidence: readonly { readonly at: string; readonly violation: string; readonly detail: string }[];
  readonly appeal?: { readonly text: string; readonly at: string } | undefined;
  readonly ruling?: { readonly by: string; readonly at: string; readonly reason: string } | undefined;
}

export const GuardCaseDocument: z.ZodType<GuardCaseDocument> = z
  .strictObject({
    id: z.string(),
    user: z.string(),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    at: IsoTime,
    until: IsoTime.nullable(),
    points: z.int().meta({ description: 'Trust that it cost; given back where it is overturned.' }),
    asks: z.boolean().meta({ description: 'A shadow ban that waits for an operator: upheld is yes.' }),
    status: z.enum(['open', 'appealed', 'upheld', 'overturned']),
    evidence: z.array(z.strictObject({ at: IsoTime, violation: z.string(), detail: z.string() })),
    appeal: z.strictObject({ text: z.string(), at: IsoTime }).optional(),
    ruling: z.strictObject({ by: z.string(), at: IsoTime, reason: z.string() }).optional(),
  })
  .meta({ id: 'GuardCase' });

export function guardCaseDocument(record: CaseRecord): GuardCaseDocument {
  const { appeal, ruling, evidence, ...rest } = record;
  return withoutUndefined({
    ...rest,
    at: isoTime(record.at),
    until: record.until === null ? null : isoTime(record.until),
    evidence: evidence.map((each) => ({ ...each, at: isoTime(each.at) })),
    appeal: appeal === undefined ? undefined : { ...appeal, at: isoTime(appeal.at) },
    ruling: ruling === undefined ? undefined : { ...ruling, at: isoTime(ruling.at) },
  });
}

export interface GuardClientDocument {
  readonly user: string;
  readonly known: boolean;
  readonly state: (typeof CLIENT_STATES)[number];
  /** Absent in Normal. */
  readonly until?: string | null | undefined;
  readonly trust: number;
  readonly score: number;
  readonly seen?: string | undefined;
  readonly cases: readonly GuardCaseDocument[];
}

export const GuardClientDocument: z.ZodType<GuardClientDocument> = z
  .strictObject({
    user: z.string(),
    known: z.boolean(),
    state: z.enum(CLIENT_STATES),
    until: IsoTime.nullable().optional().meta({ description: 'null: until an operator ends it.' }),
    trust: z.int(),
    score: z.number(),
    seen: IsoTime.optional(),
    cases: z.array(GuardCaseDocument),
  })
  .meta({ id: 'GuardClient' });

export function guardClientDocument(view: ClientView): GuardClientDocument {
  const { user, known, state, until, trust, score, seenAt, cases } = view;
  return withoutUndefined({
    user,
    known,
    state,
    until: state === 'normal' ? undefined : until === Infinity ? null : isoTime(until),
    trust,
    score: Math.round(score * 100) / 100,
    seen: known ? isoTime(seenAt) : undefined,
    cases: cases.map(guardCaseDocument),
  });
}

export interface GuardBanDocument {
  readonly address: string;
  readonly kind: 'temporary' | 'long';
  readonly from: string;
  readonly until: string;
  readonly users: number;
}

export const GuardBanDocument: z.ZodType<GuardBanDocument> = z
  .strictObject({
    address: z.string(),
    kind: z.enum(['temporary', 'long']),
    from: IsoTime,
    until: IsoTime,
    users: z.int().meta({ description: 'The accounts that seemed to use it.' }),
  })
  .meta({ id: 'GuardBan' });

export function guardBanDocument(ban: AddressBan): GuardBanDocument {
  return { ...ban, from: isoTime(ban.from), until: isoTime(ban.until) };
}
