import { z } from 'zod';

/** What a client may do wrong. */
export const VIOLATIONS = [
  'rate_limit',
  'failed_auth',
  'malformed',
  'suspicious',
  'fan_out_abuse',
  'spam',
  'protocol_attack',
] as const;
export type Violation = (typeof VIOLATIONS)[number];
export const Violation: z.ZodType<Violation> = z.enum(VIOLATIONS);

/** Points of trust that each costs; also its weight in the violation score. */
export const PENALTIES: Readonly<Record<Violation, number>> = Object.freeze({
  rate_limit: 5,
  failed_auth: 10,
  malformed: 20,
  suspicious: 30,
  fan_out_abuse: 40,
  spam: 50,
  protocol_attack: 100,
});
