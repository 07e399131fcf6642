import { DEFAULT_RPC_COST, RPC_COSTS } from '../costs/rpc-costs.ts';
import type { BucketConfig, GuardConfig, Mode } from './guard-config.ts';

export type GuardPreset = 'early' | 'production' | 'strict';

/** A room holds many: what one member may send is the preset's, what all may send together this many times more. */
const MEMBERS_AT_ONCE = 20;

function preset(
  mode: Mode,
  user: readonly [perSecond: number, burst: number],
  channel: readonly [perSecond: number, burst: number],
  ip: readonly [perSecond: number, burst: number],
): GuardConfig {
  const bucket = ([perSecond, burst]: readonly [number, number], times = 1): BucketConfig => ({
    perSecond: perSecond * times,
    burst: burst * times,
    enforce: true,
  });
  return Object.freeze({
    mode,
    shadowBan: 'off',
    throttleDelayMs: 500,
    limits: {
      user: bucket(user),
      device: bucket(user),
      rpc: bucket(user),
      user_channel: bucket(channel),
      channel: bucket(channel, MEMBERS_AT_ONCE),
      ip: bucket(ip),
    },
    rpc: { costs: RPC_COSTS, other: DEFAULT_RPC_COST },
    states: { dwellMs: 5_000, halfLifeMs: 60_000, enterScore: 5, leaveScore: 4 },
    trust: { goodPerHour: 6, goodBurst: 10 },
    ip: {
      tempBanAfter: 10,
      tempWindowMs: 300_000,
      tempBanMs: 1_800_000,
      longBanAfter: 50,
      longWindowMs: 3_600_000,
      longBanMs: 7 * 86_400_000,
      mostUsers: 256,
    },
    overrides: {},
    capacity: { clients: 1_000_000, buckets: 2_000_000, addresses: 100_000, cases: 10_000 },
  } satisfies GuardConfig);
}

export const GUARD_PRESETS: Readonly<Record<GuardPreset, GuardConfig>> = Object.freeze({
  early: preset('observe', [100, 200], [10, 30], [10, 20]),
  production: preset('light', [50, 100], [3, 10], [5, 10]),
  strict: preset('full', [30, 60], [2, 5], [3, 5]),
});
