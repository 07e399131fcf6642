import { z } from 'zod';
import { Duration } from './duration.ts';

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
  /** Who did it; `none` where nobody is known. */
  readonly client: string;
  readonly observation: Readonly<Record<string, unknown>>;
}

export const Examples: z.ZodType<readonly Example[]> = z
  .array(
    z.strictObject({
      about: z.string().min(1).max(200),
      events: z
        .array(
          z.strictObject({
            repeat: z.int().min(1).max(10_000).default(1),
            every: Duration.default(1_000),
            client: z.string().min(1).max(64).default('192.0.2.1'),
            observation: z.record(z.string(), z.unknown()),
          }),
        )
        .min(1)
        .max(20),
    }),
  )
  .min(1)
  .max(20);
