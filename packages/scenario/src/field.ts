import { z } from 'zod';

/** What rules may test, count distinctly and group by; which kinds of event have it is in {@link fieldOf}. */
export const FIELDS = [
  'client',
  'network',
  'service',
  'method',
  'path',
  'query',
  'target',
  'decoded',
  'status',
  'host',
  'user_agent',
  'referer',
  'body',
  'classes',
  'username',
  'success',
  'failure',
  'input',
  'url',
  'event',
] as const;

/** One of {@link FIELDS}, or `data.NAME`: what else a notice says. */
export type Field = (typeof FIELDS)[number] | `data.${string}`;

const NOTICE_FIELD = /^data\.[a-z][a-z0-9_]{0,31}$/;

export const Field: z.ZodType<Field, string> = z
  .string()
  .regex(
    new RegExp(`^(${FIELDS.join('|')})$|${NOTICE_FIELD.source}`),
    `is not a field; expected one of ${FIELDS.join(', ')}, or data.NAME for what a notice says`,
  ) as unknown as z.ZodType<Field, string>;
