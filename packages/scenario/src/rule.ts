import { Action, AttackType } from '@aegis/model';
import { z } from 'zod';
import { CONDITION, type Condition } from './condition.ts';
import { Duration } from './duration.ts';
import { type Example, Examples } from './example.ts';
import { Field } from './field.ts';
import type { RuleEvent } from './field-value.ts';
import type { Filling, Step } from './filling.ts';

/** What is to be done about whoever filled a bucket. */
export interface Wish {
  readonly action: Action;
  /** How long, ms. */
  readonly for: number;
  /** `ip`: the client; `range`: its network; `user`: the name it used. */
  readonly scope: 'ip' | 'range' | 'user';
}

/** A bucket for everyone who does something, and when it overflows. */
export interface Rule extends Condition {
  readonly name: string;
  readonly about: string;
  /** Kinds of event it looks at. */
  readonly on: readonly RuleEvent['kind'][];
  readonly filling: Filling;
  /** Count only events whose field has a value not yet in the bucket. */
  readonly distinct?: Field;
  /** Count only events this long after the one counted before, ms: what keeps coming, however patiently. */
  readonly apart?: number;
  /** There is a bucket for each combination of these; an event that lacks one of them is not looked at. */
  readonly by: readonly Field[];
  /** The same bucket is not reported again for this long, ms. */
  readonly blackout: number;
  readonly attack_type: AttackType;
  readonly techniques: readonly string[];
  /** 0-100. */
  readonly confidence: number;
  /** Where more is published about it. */
  readonly references: readonly string[];
  /** Absent: only tell. */
  readonly propose?: Wish;
  readonly must_catch: readonly Example[];
  readonly must_not: readonly Example[];
}

const KINDS = ['http', 'login', 'command', 'download', 'notice'] as const;
const Kind: z.ZodType<RuleEvent['kind']> = z.enum(KINDS);

const Steps: z.ZodType<readonly Step[]> = z
  .array(z.strictObject({ ...CONDITION, at_least: z.int().min(1).max(1000).default(1) }))
  .min(2)
  .max(8);

/** Which settings each type needs; the others are refused with it. */
const NEEDED = {
  leaky: ['capacity', 'leak'],
  trigger: [],
  counter: ['capacity', 'window'],
  sequence: ['steps', 'within'],
} as const;
const TYPES = Object.keys(NEEDED) as readonly (keyof typeof NEEDED)[];

const WrittenRule = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a rule name is lower-case words joined by hyphens')
    .max(80),
  about: z.string().min(1).max(500),
  on: z.union([Kind, z.array(Kind).min(1).max(KINDS.length)]),
  type: z.enum(TYPES).default('leaky'),
  ...CONDITION,
  distinct: Field.exactOptional(),
  apart: Duration.exactOptional(),
  by: z.array(Field).min(1).max(3).default(['client']),
  capacity: z.int().min(0).max(100_000).exactOptional(),
  leak: Duration.exactOptional(),
  window: Duration.exactOptional(),
  steps: Steps.exactOptional(),
  within: Duration.exactOptional(),
  blackout: Duration.default(300_000),
  attack_type: AttackType,
  techniques: z
    .array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'an ATT&CK technique id looks like T1110 or T1110.001'))
    .max(10)
    .default([]),
  confidence: z.int().min(1).max(100),
  references: z.array(z.string().min(1).max(300)).max(10).default([]),
  propose: z
    .strictObject({ action: Action, for: Duration, scope: z.enum(['ip', 'range', 'user']).default('ip') })
    .exactOptional(),
  must_catch: Examples,
  must_not: Examples,
});

export const Rule: z.ZodType<Rule> = WrittenRule.superRefine((rule, context) => {
  const needed: readonly string[] = NEEDED[rule.type];
  for (const key of ['capacity', 'leak', 'window', 'steps', 'within'] as const) {
    const given = rule[key] !== undefined;
    if (given === needed.includes(key)) continue;
    const message = given
      ? `is nothing that a ${rule.type} rule has; it has ${needed.join(' and ') || 'none of them'}`
      : `is missing: a ${rule.type} rule needs ${needed.join(' and ')}`;
    context.addIssue({ code: 'custom', path: [key], message });
  }
  if (rule.type === 'trigger' && rule.distinct !== undefined)
    context.addIssue({
      code: 'custom',
      path: ['distinct'],
      message: 'a trigger rule counts nothing; take the line out, or make it a leaky rule',
    });
}).transform((rule) => {
  const { type, capacity = 0, leak = 1, window = 1, steps = [], within = 1, on, ...rest } = rule;
  return { ...rest, on: typeof on === 'string' ? [on] : on, filling: fillingOf() };
  function fillingOf(): Filling {
    switch (type) {
      case 'leaky':
        return { type, capacity, leak };
      case 'trigger':
        return { type };
      case 'counter':
        return { type, capacity, window };
      case 'sequence':
        return { type, steps, within };
    }
  }
});
