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

/** One of {@link FIELDS}, or `data.NAME`: what else a notice says, or `header.NAME` of a request. */
export type Field = (typeof FIELDS)[number] | `data.${string}` | `header.${string}`;

const NAMED_FIELD = /^data\.[a-z][a-z0-9_]{0,31}$|^header\.[a-z][a-z0-9-]{0,63}$/;

export const Field: z.ZodType<Field, string> = z
  .string()
  .regex(
    new RegExp(`^(${FIELDS.join('|')})$|${NAMED_FIELD.source}`),
    `is not a field; expected one of ${FIELDS.join(', ')}, data.NAME for what a notice says, or header.NAME`,
  ) as unknown as z.ZodType<Field, string>;
