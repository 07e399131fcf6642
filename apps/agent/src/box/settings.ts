import { parseDuration } from '@aegis/model';
import { z } from 'zod';

/** Of this machine, from its root. */
export const AbsolutePath: z.ZodType<string> = z
  .string()
  .regex(/^\/.{0,4095}$/, { error: 'expected an absolute path' });

/** Milliseconds, from what one writes: `30s`. */
export function durationBetween(initial: string, min: string, max: string): z.ZodType<number> {
  const [least = 0, most = 0] = [parseDuration(min), parseDuration(max)];
  return z
    .string()
    .default(initial)
    .transform((written, context) => {
      const ms = parseDuration(written);
      if (ms !== undefined && ms >= least && ms <= most) return ms;
      context.addIssue(`expected a duration from ${min} to ${max}`);
      return z.NEVER;
    });
}
