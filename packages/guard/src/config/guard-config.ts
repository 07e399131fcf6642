import type { RpcCost } from '../costs/rpc-costs.ts';
import type { Dimension } from '../limits/dimension.ts';

/** How much of its power the guard uses. */
export const MODES = ['observe', 'light', 'full'] as const;
export type Mode = (typeof MODES)[number];

export interface BucketConfig {
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
  /** False: what it would refuse is counted and passes. */
  readonly enforce: boolean;
}

/** Everything that can be set, checked; durations in milliseconds. Data: it may be replaced while the guard runs. */
export interface GuardConfig {
  readonly mode: Mode;
  readonly shadowBan: 'off' | 'approval' | 'on';
  /** Each call of a throttled client is delayed by this. */
  readonly throttleDelayMs: number;
  readonly limits: Readonly<Record<Dimension, BucketConfig>>;
  readonly rpc: {
    readonly costs: Readonly<Record<string, RpcCost>>;
    readonly other: RpcCost;
  };
  readonly states: {
    /** Refusals of one client within this time are one violation. */
    readonly dwellMs: number;
    readonly halfLifeMs: number;
    /** A violation changes the state only at this score or above. */
    readonly enterScore: number;
    /** A state that has expired is left only at this score or below. */
    readonly leaveScore: number;
  };
  readonly trust: {
    /** Good acts that count in an hour, and how many may count at once. */
    readonly goodPerHour: number;
    readonly goodBurst: number;
  };
  readonly ip: {
    readonly tempBanAfter: number;
    readonly tempWindowMs: number;
    readonly tempBanMs: number;
    readonly longBanAfter: number;
    readonly longWindowMs: number;
    readonly longBanMs: number;
    /** However many accounts use an address, its limits are multiplied by no more. */
    readonly mostUsers: number;
  };
  /** Clients whose limits are multiplied: bots of one's own, partners. */
  readonly overrides: Readonly<Record<string, number>>;
  readonly capacity: {
    readonly clients: number;
    readonly buckets: number;
    readonly addresses: number;
    readonly cases: number;
  };
}
