import { DURATION_PATTERN, Prefix, parseDuration, Scope } from '@aegis/model';
import { z } from 'zod';

/** How a decision's strength fades with its age. */
export type Freshness =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly windowSeconds: number; readonly floor: number };

export type StrategyMode = 'enforce' | 'shadow' | 'off';

/** A source of decisions and how much it counts. */
export interface Strategy {
  readonly name: string;
  readonly origins: readonly string[];
  readonly scopes?: readonly Scope[];
  readonly weight: number;
  readonly freshness: Freshness;
  readonly mode: StrategyMode;
}

/** What is in force: strategies and rules. Plain data, to be replaced and never changed. */
export interface Policy {
  readonly name: string;
  readonly strategies: readonly Strategy[];
  readonly exempt: readonly Prefix[];
  readonly protected: readonly Prefix[];
  readonly limits: PolicyLimits;
  readonly proposals: ProposalRules;
}

export interface PolicyLimits {
  readonly maxDurationSeconds: number;
  readonly widestV4: number;
  readonly widestV6: number;
}

export interface ProposalRules {
  readonly minConfidence: number;
  readonly repeat: { readonly factor: number; readonly maxSeconds: number };
}

const DAY = 86_400;

/** Prefixes of a list; each one makes every import and every reload of a policy longer. */
const MOST_PREFIXES = 10_000;

type Seconds = z.ZodPrefault<z.ZodType<number, string | number>>;

/** A length of time as operators write it, `1h`, or a number of seconds; comes out in seconds. */
function seconds(initial: string, mostDays: number): Seconds {
  const error = `expected a length of time such as 90s, 30m, 1h or 7d, or a number of seconds; more than 0, at most ${mostDays}d`;
  return z
    .union([z.number(), z.string().max(20).regex(DURATION_PATTERN, { error })], { error })
    .transform((written, context): number => {
      const value = typeof written === 'number' ? written : (parseDuration(written) ?? 0) / 1000;
      if (value > 0 && value <= mostDays * DAY) return value;
      context.issues.push({ code: 'custom', message: error, input: written });
      return z.NEVER;
    })
    .prefault(initial);
}

const prefix = z
  .string()
  .max(64)
  .transform((text, context): Prefix => {
    const parsed = Prefix.parse(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.error.message, input: text });
    return z.NEVER;
  });

const freshness = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }).describe('Age does not count.'),
  z
    .strictObject({
      kind: z.literal('linear'),
      window: seconds('1h', 366).describe(
        'Age at which the strength would reach 0. Raising it lets old decisions count.',
      ),
      floor: z
        .number()
        .min(0.001)
        .max(1)
        .default(0.1)
        .describe('The least strength that is left, 0.001-1. Raising it lets very old decisions count.'),
    })
    .describe('max(floor, 1 - age / window).')
    .transform(({ kind, window, floor }) => ({ kind, windowSeconds: window, floor })),
]);

/** One strategy as operators write it. */
export const Strategy: z.ZodType<Strategy> = z.strictObject({
  name: z.string().min(1).max(64).describe('Unique in the policy; shown by explain and in metrics.'),
  origins: z
    .array(
      z
        .string()
        .max(128)
        .regex(/^[^*]+$|^[^*]*\*$/, 'an origin may have one `*`, at its end'),
    )
    .min(1)
    .max(256)
    .describe('Origins of the decisions it takes: exact, or the beginning and `*`, as in `feed:*`.'),
  scopes: z
    .array(Scope)
    .min(1)
    .exactOptional()
    .describe('Scopes of the decisions it takes; all where absent.'),
  weight: z
    .number()
    .positive()
    .max(1000)
    .default(1)
    .describe("Multiplies the decision's own weight. Raising it lets this source win over others."),
  freshness: freshness
    .prefault({ kind: 'linear' })
    .describe('How age counts; linear over an hour where absent.'),
  mode: z
    .enum(['enforce', 'shadow', 'off'])
    .default('enforce')
    .describe('enforce: counts. shadow: evaluated and counted, changes no verdict. off: ignored.'),
});

const limits = z
  .strictObject({
    max_duration: seconds('365d', 3660).describe(
      'Longer wishes are cut to this. Raising it keeps mistakes in force for longer.',
    ),
    widest_ipv4: z
      .int()
      .min(0)
      .max(32)
      .default(8)
      .describe('Shortest IPv4 prefix that may be restricted, bits. Lowering it allows larger mistakes.'),
    widest_ipv6: z
      .int()
      .min(0)
      .max(128)
      .default(19)
      .describe(
        'Shortest IPv6 prefix that may be restricted, bits; a /19 is the largest one operator holds.',
      ),
  })
  .transform(({ max_duration, widest_ipv4, widest_ipv6 }) => ({
    maxDurationSeconds: max_duration,
    widestV4: widest_ipv4,
    widestV6: widest_ipv6,
  }));

const proposals = z
  .strictObject({
    min_confidence: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .describe('Detections less sure than this, 0-100, become no decision. Raising it misses more attacks.'),
    repeat: z
      .strictObject({
        factor: z
          .number()
          .min(1)
          .max(100)
          .default(2)
          .describe('Each earlier ban multiplies the duration by this; 1 turns it off.'),
        max: seconds('30d', 366).describe(
          'Where the growth ends. Raising it punishes the next holder of an address longer.',
        ),
      })
      .prefault({}),
  })
  .transform(({ min_confidence, repeat }) => ({
    minConfidence: min_confidence,
    repeat: { factor: repeat.factor, maxSeconds: repeat.max },
  }));

/**
 * A policy as operators write it, in snake case and with lengths of time such as `1h`: `policyDocument` writes it
 * back. Unknown keys are errors; prefixes come out canonical. What a schema cannot see is in `checkPolicy`.
 */
export const Policy: z.ZodType<Policy> = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .default('default')
      .describe('For people, and for the history of versions.'),
    strategies: z
      .array(Strategy)
      .min(1)
      .max(256)
      .describe(
        'A decision belongs to the first one that takes its origin and scope; to none, it is ignored.',
      ),
    exempt: z
      .array(prefix)
      .max(MOST_PREFIXES)
      .default([])
      .describe('Addresses and prefixes that are always allowed: every other decision loses.'),
    protected: z
      .array(prefix)
      .max(MOST_PREFIXES)
      .default([])
      .describe('Addresses and prefixes that are never restricted, whoever asks: own, management networks.'),
    limits: limits.prefault({}),
    proposals: proposals.prefault({}),
  })
  .superRefine(({ strategies }, context) => {
    const written = strategies.map(({ name }, index) => ({ name, index }));
    for (const { index, message } of sharedNames(written))
      context.addIssue({ code: 'custom', message, path: ['strategies', index, 'name'] });
  });

/** Which strategies have a name that one before them has, and what is to be said of it. */
export function sharedNames(
  strategies: readonly { readonly name: string; readonly index: number }[],
): readonly { readonly index: number; readonly message: string }[] {
  const first = new Map<string, number>();
  return strategies.flatMap(({ name, index }) => {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, index);
      return [];
    }
    const message = `two strategies share a name: ${JSON.stringify(name)} is also strategy ${before + 1}`;
    return [{ index, message }];
  });
}
