import { canonicalScopeValue, parseDuration, type Scope, type Timestamp } from '@aegis/model';
import { z } from 'zod';

/** Values as they are written on the wire: in bodies, and as text in a query. */

/** ISO 8601 in UTC, milliseconds kept: `2026-10-27T02:00:00.000Z`. Clamped to what a date can hold. */
export function isoTime(at: Timestamp): string {
  return new Date(Math.min(Math.max(at, -MAX_DATE), MAX_DATE)).toISOString();
}

/** ECMA-262 section 21.4.1.1. */
const MAX_DATE = 8.64e15;

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A moment in a document that is sent. */
export const IsoTime: z.ZodType<string> = z.string().meta({ format: 'date-time' });

/** A moment that is asked for. A day alone is its beginning in UTC. */
export const AskedTime: z.ZodType<Timestamp> = z
  .string()
  .max(40)
  .meta({ format: 'date-time', examples: ['2026-10-27T02:00:00Z', '2026-10-27'] })
  .transform((text, context) => {
    const at = ISO.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(at)) return at;
    context.addIssue('expected an ISO 8601 time with its zone, such as 2026-10-27T02:00:00Z, or a day');
    return z.NEVER;
  });

/** Milliseconds. */
export const AskedDuration: z.ZodType<number> = z
  .string()
  .max(20)
  .meta({ examples: ['4h', '30m', '7d'] })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms > 0) return ms;
    context.addIssue('expected a length of time such as 90s, 30m, 4h or 7d');
    return z.NEVER;
  });

/** A whole number in a query. */
export function askedInteger(min: number, max: number): z.ZodType<number> {
  const read = (value: unknown): unknown =>
    typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : value;
  const error = `expected a whole number from ${min} to ${max}`;
  return z.preprocess(read, z.number({ error }).int({ error }).min(min, { error }).max(max, { error }));
}

/** `true` or `false` in a query. */
export const AskedFlag: z.ZodType<boolean> = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean({ error: 'expected true or false' }),
);

/** A value of one scope, in its canonical spelling. */
export function askedScopeValue(scope: Scope): z.ZodType<string> {
  return z
    .string()
    .max(2_048)
    .transform((text, context) => {
      const canonical = canonicalScopeValue(scope, text);
      if (canonical.ok) return canonical.value;
      context.addIssue(canonical.error.message);
      return z.NEVER;
    });
}

/** Text that is looked for or compared. */
export function askedText(max: number): z.ZodType<string> {
  return z.string().min(1).max(max);
}

/** Where the page before ended. */
export const Cursor: z.ZodType<string> = z
  .string()
  .min(1)
  .max(1_024)
  .meta({ description: 'Opaque; `next` of the page before.' });
