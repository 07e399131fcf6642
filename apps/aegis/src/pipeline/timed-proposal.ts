import { Action, type Proposal, Result, Scope, type Timestamp } from '@aegis/model';
import { z } from 'zod';
import type { DeliveryError } from './parse-delivery.ts';

/** A proposal and when what it is about happened, so that an old log does not ban anew. */
export interface TimedProposal {
  readonly proposal: Proposal;
  readonly at: Timestamp;
}

const TimedProposal: z.ZodType<TimedProposal> = z.strictObject({
  proposal: z.strictObject({
    key: z.string().min(1).max(2048),
    scope: Scope,
    value: z.string().min(1).max(2048),
    action: Action,
    durationMs: z.number().positive(),
    reason: z.string().max(1000),
    origin: z.string().min(1).max(128),
    source: z.string().max(256),
    confidence: z.number().min(0).max(100),
    session: z.string().max(1024).exactOptional(),
  }),
  at: z.number().int(),
});

/** From the text that a worker left on the stream of proposals. */
export function parseProposal(payload: string): Result<TimedProposal, DeliveryError> {
  let written: unknown;
  try {
    written = JSON.parse(payload);
  } catch (error) {
    return Result.err({ kind: 'not_json', message: error instanceof Error ? error.message : String(error) });
  }
  const parsed = TimedProposal.safeParse(written);
  if (parsed.success) return Result.ok(parsed.data);
  return Result.err({ kind: 'not_valid', message: z.prettifyError(parsed.error) });
}
