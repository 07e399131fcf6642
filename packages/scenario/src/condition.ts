import type { Observation } from '@aegis/model';
import { z } from 'zod';

/** A property of an observation that rules may test, count distinctly or group by. */
export const FIELDS = [
  'method',
  'path',
  'query',
  'target',
  'status',
  'user_agent',
  'referer',
  'body',
  'username',
  'success',
  'input',
  'url',
] as const;
export type Field = (typeof FIELDS)[number];

/**
 * One test of one field; every operator that is given must hold. Text is compared without case. There are no
 * regular expressions: every operator is linear in the text (attackers write it).
 */
export interface Test {
  readonly equals?: string | number | boolean;
  readonly one_of?: readonly (string | number)[];
  readonly starts_with?: string | readonly string[];
  readonly ends_with?: string | readonly string[];
  readonly contains?: string | readonly string[];
  readonly at_least?: number;
  readonly at_most?: number;
  readonly not?: Test;
}

const words: z.ZodType<string | readonly string[]> = z.union([
  z.string().min(1),
  z.array(z.string().min(1)).min(1).max(1000),
]);

export const Test: z.ZodType<Test> = z
  .strictObject({
    equals: z.union([z.string(), z.number(), z.boolean()]).exactOptional(),
    one_of: z
      .array(z.union([z.string(), z.number()]))
      .min(1)
      .max(1000)
      .exactOptional(),
    starts_with: words.exactOptional(),
    ends_with: words.exactOptional(),
    contains: words.exactOptional(),
    at_least: z.number().exactOptional(),
    at_most: z.number().exactOptional(),
    get not() {
      return Test.exactOptional();
    },
  })
  .refine((test) => Object.keys(test).length > 0, 'a test needs at least one operator');

export type Where = Readonly<Partial<Record<Field, Test>>>;
export const Where: z.ZodType<Where> = z.partialRecord(z.enum(FIELDS), Test);

export type FieldValue = string | number | boolean | undefined;

/** The value of a field; undefined where this kind of observation has none. */
export function fieldOf(observation: Observation, field: Field): FieldValue {
  switch (observation.kind) {
    case 'http': {
      const question = observation.target.indexOf('?');
      switch (field) {
        case 'method':
          return observation.method;
        case 'target':
          return observation.target;
        case 'path':
          return question < 0 ? observation.target : observation.target.slice(0, question);
        case 'query':
          return question < 0 ? '' : observation.target.slice(question + 1);
        case 'status':
          return observation.status;
        case 'user_agent':
          return observation.headers['user-agent'] ?? '';
        case 'referer':
          return observation.headers.referer ?? '';
        case 'body':
          return observation.body ?? '';
        default:
          return undefined;
      }
    }
    case 'login':
      return field === 'username' || field === 'success' ? observation[field] : undefined;
    case 'command':
      return field === 'input' ? observation.input : undefined;
    case 'download':
      return field === 'url' ? observation.url : undefined;
  }
}

/** Whether every field of `where` passes its test. A field that the observation lacks fails, also under `not`. */
export function matches(observation: Observation, where: Where): boolean {
  for (const [field, test] of Object.entries(where)) {
    const value = fieldOf(observation, field as Field);
    if (value === undefined || !passes(value, test)) return false;
  }
  return true;
}

function passes(value: string | number | boolean, test: Test): boolean {
  const text = String(value).toLowerCase();
  const some = (operand: string | readonly string[], holds: (word: string) => boolean): boolean =>
    typeof operand === 'string'
      ? holds(operand.toLowerCase())
      : operand.some((word) => holds(word.toLowerCase()));
  if (test.equals !== undefined && text !== String(test.equals).toLowerCase()) return false;
  if (test.one_of !== undefined && !test.one_of.some((one) => text === String(one).toLowerCase()))
    return false;
  if (test.starts_with !== undefined && !some(test.starts_with, (word) => text.startsWith(word)))
    return false;
  if (test.ends_with !== undefined && !some(test.ends_with, (word) => text.endsWith(word))) return false;
  if (test.contains !== undefined && !some(test.contains, (word) => text.includes(word))) return false;
  if (test.at_least !== undefined && !(Number(value) >= test.at_least)) return false;
  if (test.at_most !== undefined && !(Number(value) <= test.at_most)) return false;
  return test.not === undefined || !passes(value, test.not);
}
