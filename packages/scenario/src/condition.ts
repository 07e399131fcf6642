import { z } from 'zod';
import { Field } from './field.ts';

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
  /** Every one of these words. */
  readonly contains_all?: readonly string[];
  readonly at_least?: number;
  readonly at_most?: number;
  /** Of the text, in characters. */
  readonly longer_than?: number;
  readonly not?: Test;
}

const words: z.ZodType<string | readonly string[]> = z.union([
  z.string().min(1).max(500),
  z.array(z.string().min(1).max(500)).min(1).max(1000),
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
    contains_all: z.array(z.string().min(1).max(500)).min(1).max(100).exactOptional(),
    at_least: z.number().exactOptional(),
    at_most: z.number().exactOptional(),
    longer_than: z.int().min(0).exactOptional(),
    get not() {
      return Test.exactOptional();
    },
  })
  .refine((test) => Object.keys(test).length > 0, 'a test needs at least one operator');

/** Tests by field; all must pass. A field that the event lacks fails, also under `not`. */
export type Where = Readonly<Partial<Record<Field, Test>>>;
export const Where: z.ZodType<Where> = z.record(Field, Test);

/** Which events a rule is about: all of `where`, one of `any` where there is one, none of `unless`. */
export interface Condition {
  readonly where: Where;
  readonly any: readonly Where[];
  readonly unless: readonly Where[];
}

const alternatives: z.ZodType<readonly Where[]> = z.array(Where).max(100).default([]);

export const CONDITION: {
  readonly where: z.ZodType<Where>;
  readonly any: z.ZodType<readonly Where[]>;
  readonly unless: z.ZodType<readonly Where[]>;
} = {
  where: Where.default({}),
  any: alternatives,
  unless: alternatives,
};
