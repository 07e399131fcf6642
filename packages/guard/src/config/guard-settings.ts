import { parseDuration, Result, writeDuration } from '@aegis/model';
import { z } from 'zod';
import { DEFAULT_RPC_COST, type RpcCost } from '../costs/rpc-costs.ts';
import { DIMENSIONS, type Dimension } from '../limits/dimension.ts';
import { type BucketConfig, type GuardConfig, MODES } from './guard-config.ts';
import { GUARD_PRESETS } from './presets.ts';

/** Something that its author has to mend. `path` is where: `['limits', 'user', 'burst']`. */
export interface GuardConfigError {
  readonly kind: 'bad_value' | 'never_passes';
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const DURATION_MOST = 400 * 86_400_000;

function duration(min: number, max: number = DURATION_MOST): z.ZodType<number> {
  const error = `expected a duration such as 500ms, 30s, 5m, 12h or 7d, from ${writeDuration(min)} to ${writeDuration(max)}`;
  return z.string({ error }).transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

function number(min: number, max: number): z.ZodType<number> {
  const error = `expected a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

function whole(min: number, max: number): z.ZodType<number> {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

const Bucket = z.strictObject({
  per_second: number(0.001, 10_000),
  burst: number(1, 1_000_000),
  enforce: z.boolean({ error: 'expected true or false' }).optional(),
});

const Cost = z.union([whole(1, 1000), z.strictObject({ cost: whole(1, 1000), write: z.boolean() })], {
  error: 'expected a whole number from 1 to 1000, or cost and write',
});

const choice = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `expected one of ${words.join(', ')}` });

/** Names that clients send are kept short. */
const name = z.string().min(1).max(256);

/** As it is written in a file: everything may be left out but nothing may be misspelt. */
const GuardSettings = z.strictObject({
  preset: choice(['early', 'production', 'strict']).optional(),
  mode: choice(MODES).optional(),
  shadow_ban: choice(['off', 'approval', 'on']).optional(),
  throttle_delay: duration(0, 10_000).optional(),
  limits: z
    .strictObject({
      user: Bucket.optional(),
      device: Bucket.optional(),
      rpc: Bucket.optional(),
      user_channel: Bucket.optional(),
      channel: Bucket.optional(),
      ip: Bucket.optional(),
    })
    .optional(),
  rpc: z.strictObject({ costs: z.record(name, Cost).optional(), other: Cost.optional() }).optional(),
  states: z
    .strictObject({
      dwell: duration(0, 600_000).optional(),
      half_life: duration(1_000, 86_400_000).optional(),
      enter_score: number(0, 1000).optional(),
      leave_score: number(0.1, 1000).optional(),
    })
    .optional(),
  trust: z
    .strictObject({ good_per_hour: number(0.01, 1000).optional(), good_burst: whole(1, 100).optional() })
    .optional(),
  ip: z
    .strictObject({
      temp_ban_after: whole(1, 50).optional(),
      temp_window: duration(1_000, 86_400_000).optional(),
      temp_ban: duration(1_000).optional(),
      long_ban_after: whole(1, 50).optional(),
      long_window: duration(1_000, 86_400_000).optional(),
      long_ban: duration(1_000).optional(),
      most_users: whole(1, 1024).optional(),
    })
    .optional(),
  overrides: z.record(name, number(0.1, 1000)).optional(),
  capacity: z
    .strictObject({
      clients: whole(100, 16_000_000).optional(),
      buckets: whole(100, 64_000_000).optional(),
      addresses: whole(100, 4_000_000).optional(),
      cases: whole(10, 1_000_000).optional(),
    })
    .optional(),
});
type GuardSettings = z.infer<typeof GuardSettings>;

/** Of the config as a file holds it (draft 2020-12), for editors. */
export function guardConfigJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(GuardSettings, { io: 'input' });
  return { $schema, title: 'Aegis guard', ...schema };
}

/** Every value by itself, with the preset's where there is none. All errors at once. */
export function parseSettings(document: unknown): Result<GuardConfig, readonly GuardConfigError[]> {
  const parsed = GuardSettings.safeParse(document);
  if (!parsed.success) {
    return Result.err(
      parsed.error.issues.map((issue) => {
        const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
        const path = issue.path.filter((part) => typeof part !== 'symbol');
        return unknown === undefined
          ? { kind: 'bad_value' as const, path, message: issue.message }
          : { kind: 'bad_value' as const, path: [...path, unknown], message: 'there is no such setting' };
      }),
    );
  }
  return Result.ok(settle(parsed.data));
}

function settle(settings: GuardSettings): GuardConfig {
  const base = GUARD_PRESETS[settings.preset ?? 'production'];
  const { states = {}, trust = {}, ip = {}, capacity = {}, limits = {}, rpc = {} } = settings;
  return {
    mode: settings.mode ?? base.mode,
    shadowBan: settings.shadow_ban ?? base.shadowBan,
    throttleDelayMs: settings.throttle_delay ?? base.throttleDelayMs,
    limits: Object.fromEntries(
      DIMENSIONS.map((name): [Dimension, BucketConfig] => {
        const given = limits[name];
        if (given === undefined) return [name, base.limits[name]];
        return [name, { perSecond: given.per_second, burst: given.burst, enforce: given.enforce ?? true }];
      }),
    ) as Record<Dimension, BucketConfig>,
    rpc: {
      costs: {
        ...base.rpc.costs,
        ...Object.fromEntries(
          Object.entries(rpc.costs ?? {}).map(([method, cost]) => [
            method,
            costOf(cost, Object.hasOwn(base.rpc.costs, method) ? base.rpc.costs[method] : undefined),
          ]),
        ),
      },
      other: rpc.other === undefined ? base.rpc.other : costOf(rpc.other, undefined),
    },
    states: {
      dwellMs: states.dwell ?? base.states.dwellMs,
      halfLifeMs: states.half_life ?? base.states.halfLifeMs,
      enterScore: states.enter_score ?? base.states.enterScore,
      leaveScore: states.leave_score ?? base.states.leaveScore,
    },
    trust: {
      goodPerHour: trust.good_per_hour ?? base.trust.goodPerHour,
      goodBurst: trust.good_burst ?? base.trust.goodBurst,
    },
    ip: {
      tempBanAfter: ip.temp_ban_after ?? base.ip.tempBanAfter,
      tempWindowMs: ip.temp_window ?? base.ip.tempWindowMs,
      tempBanMs: ip.temp_ban ?? base.ip.tempBanMs,
      longBanAfter: ip.long_ban_after ?? base.ip.longBanAfter,
      longWindowMs: ip.long_window ?? base.ip.longWindowMs,
      longBanMs: ip.long_ban ?? base.ip.longBanMs,
      mostUsers: ip.most_users ?? base.ip.mostUsers,
    },
    overrides: settings.overrides ?? base.overrides,
    capacity: {
      clients: capacity.clients ?? base.capacity.clients,
      buckets: capacity.buckets ?? base.capacity.buckets,
      addresses: capacity.addresses ?? base.capacity.addresses,
      cases: capacity.cases ?? base.capacity.cases,
    },
  };
}

/** A bare number changes the price of a method and not what it does. */
function costOf(given: number | RpcCost, known: RpcCost | undefined): RpcCost {
  if (typeof given !== 'number') return given;
  return { cost: given, write: (known ?? DEFAULT_RPC_COST).write };
}
