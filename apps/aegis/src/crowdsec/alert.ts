import { z } from 'zod';

/** What is read of a decision that comes with an alert. */
export interface AlertDecision {
  readonly duration: string;
  readonly origin: string;
  readonly scenario: string;
  readonly scope: string;
  readonly type: string;
  readonly value: string;
}

/** What is read of an alert as CrowdSec's agents send it; the rest is kept as it came. */
export interface Alert {
  readonly scenario: string;
  readonly message: string;
  readonly events_count: number;
  readonly start_at: string;
  readonly stop_at: string;
  readonly simulated: boolean;
  readonly remediation?: boolean | undefined;
  readonly source: { readonly scope: string; readonly value: string };
  readonly decisions?: readonly AlertDecision[] | null | undefined;
}

const time = z
  .string()
  .max(64)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time such as 2026-10-27T02:00:00Z');

const name = z.string().min(1).max(256);

const decision = z.looseObject({
  duration: z.string().max(64),
  origin: z.string().max(128),
  scenario: z.string().max(256),
  scope: name,
  type: name,
  value: z.string().min(1).max(2048),
});

export const Alert: z.ZodType<Alert> = z.looseObject({
  scenario: name,
  message: z.string().max(4096),
  events_count: z.number().int().min(0),
  start_at: time,
  stop_at: time,
  simulated: z.boolean(),
  remediation: z.boolean().optional(),
  source: z.looseObject({ scope: z.string().max(64), value: z.string().max(2048) }),
  decisions: z.array(decision).max(1000).nullish(),
});

/** What one call may carry. */
export const Alerts: z.ZodType<readonly Alert[]> = z.array(Alert).max(1000);
