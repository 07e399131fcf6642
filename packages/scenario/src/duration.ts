import { parseDuration } from '@aegis/model';
import { z } from 'zod';

/** `30s`, `10m`, `4h` as milliseconds, above 0. */
export const Duration: z.ZodType<number, string> = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is not a duration; expected something like 30s, 10m or 4h`,
  });
  return z.NEVER;
});
