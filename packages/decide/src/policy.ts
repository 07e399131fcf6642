import { Prefix, Scope } from '@aegis/model';
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

const HOUR = 3600;
const DAY = 24 * HOUR;

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
      windowSeconds: z
        .number()
        .positive()
        .max(366 * DAY)
        .default(HOUR)
        .describe('Age in seconds at which the strength would reach 0. Raising it lets old decisions count.'),
      floor: z
        .number()
        .min(0.001)
        .max(1)
        .default(0.1)
        .describe('The least strength that is left, 0.001-1. Raising it lets very old decisions count.'),
    })
    .describe('max(floor, 1 - age / windowSeconds).'),
]);

const strategy = z.strictObject({
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

const limits = z.strictObject({
  maxDurationSeconds: z
    .number()
    .positive()
    .max(10 * 366 * DAY)
    .default(365 * DAY)
    .describe('Longer wishes are cut to this, seconds. Raising it keeps mistakes in force for longer.'),
  widestV4: z
    .int()
    .min(0)
    .max(32)
    .default(8)
    .describe('Shortest IPv4 prefix that may be restricted, bits. Lowering it allows larger mistakes.'),
  widestV6: z
    .int()
    .min(0)
    .max(128)
    .default(19)
    .describe('Shortest IPv6 prefix that may be restricted, bits; a /19 is the largest one operator holds.'),
});

const proposals = z.strictObject({
  minConfidence: z
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
      maxSeconds: z
        .number()
        .positive()
        .max(366 * DAY)
        .default(30 * DAY)
        .describe(
          'Where the growth ends, seconds. Raising it punishes the next holder of an address longer.',
        ),
    })
    .prefault({}),
});

/** A policy as operators write it. Unknown keys are errors; prefixes come out canonical. */
export const Policy: z.ZodType<Policy> = z.strictObject({
  name: z.string().min(1).max(64).default('default').describe('For people, and for the history of versions.'),
  strategies: z
    .array(strategy)
    .min(1)
    .max(256)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two strategies share a name')
    .describe('A decision belongs to the first one that takes its origin and scope; to none, it is ignored.'),
  exempt: z
    .array(prefix)
    .max(100_000)
    .default([])
    .describe('Addresses and prefixes that are always allowed: every other decision loses.'),
  protected: z
    .array(prefix)
    .max(100_000)
    .default([])
    .describe('Addresses and prefixes that are never restricted, whoever asks: own, management networks.'),
  limits: limits.prefault({}),
  proposals: proposals.prefault({}),
});
