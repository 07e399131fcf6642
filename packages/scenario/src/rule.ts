import { Action, AttackType, type Observation, parseDuration } from '@aegis/model';
import { z } from 'zod';
import { FIELDS, type Field, Where } from './condition.ts';

const Duration: z.ZodType<number, string> = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is not a duration; expected something like 30s, 10m or 4h`,
  });
  return z.NEVER;
});

/** A short recorded situation that a rule names as its own proof. */
export interface Example {
  /** What a person should picture. */
  readonly about: string;
  readonly events: readonly ExampleEvents[];
}

/** `repeat` copies of an observation, `every` so many ms; `{n}` in a text becomes 1, 2, 3 ... */
export interface ExampleEvents {
  readonly repeat: number;
  readonly every: number;
  readonly observation: Readonly<Record<string, unknown>>;
}

/** A leaky bucket over one client's observations. It fires when more than `capacity` are in the bucket. */
export interface Rule {
  readonly name: string;
  readonly about: string;
  readonly on: Observation['kind'];
  readonly where: Where;
  /** Count only observations whose field has a value not yet in the bucket. */
  readonly distinct?: Field;
  /** Every client has a bucket; with this, one for each value of the field as well. */
  readonly per?: Field;
  /** How many the bucket holds without overflowing. */
  readonly capacity: number;
  /** One leaks out in this time, ms. */
  readonly leak: number;
  /** The same client is not reported again for this long, ms. */
  readonly blackout: number;
  readonly attack_type: AttackType;
  readonly techniques: readonly string[];
  /** 0-100. */
  readonly confidence: number;
  /** What to propose; absent: only tell. */
  readonly propose?: { readonly action: Action; readonly for: number };
  readonly fires: readonly Example[];
  readonly does_not_fire: readonly Example[];
}

const Examples: z.ZodType<readonly Example[]> = z
  .array(
    z.strictObject({
      about: z.string().min(1).max(200),
      events: z
        .array(
          z.strictObject({
            repeat: z.int().min(1).max(10_000).default(1),
            every: Duration.default(1_000),
            observation: z.record(z.string(), z.unknown()),
          }),
        )
        .min(1)
        .max(20),
    }),
  )
  .min(1)
  .max(20);

export const Rule: z.ZodType<Rule> = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a rule name is lower-case words joined by hyphens')
    .max(80),
  about: z.string().min(1).max(500),
  on: z.enum(['http', 'login', 'command', 'download']),
  where: Where.default({}),
  distinct: z.enum(FIELDS).exactOptional(),
  per: z.enum(FIELDS).exactOptional(),
  capacity: z.int().min(0).max(100_000),
  leak: Duration,
  blackout: Duration.default(300_000),
  attack_type: AttackType,
  techniques: z
    .array(z.string().regex(/^T\d{4}(\.\d{3})?$/, 'an ATT&CK technique id looks like T1110 or T1110.001'))
    .max(10)
    .default([]),
  confidence: z.int().min(1).max(100),
  propose: z.strictObject({ action: Action, for: Duration }).exactOptional(),
  fires: Examples,
  does_not_fire: Examples,
});
