import {
  type ClientState,
  DISCONNECTED,
  NORMAL,
  SHADOW_BANNED,
  stateNumber,
  THROTTLED,
  WRITE_DISABLED,
} from './client-state.ts';
import type { Violation } from './violation.ts';

interface Transition {
  readonly from: ClientState | 'any';
  readonly on: Violation | 'any';
  readonly to: ClientState;
  readonly forMs: number;
}

/** The first row that fits holds. What no row says leaves the state alone. */
const TRANSITIONS: readonly Transition[] = Object.freeze([
  { from: 'any', on: 'protocol_attack', to: 'disconnected', forMs: 1_800_000 },
  { from: 'any', on: 'spam', to: 'shadow_banned', forMs: 7_200_000 },
  { from: 'write_disabled', on: 'any', to: 'shadow_banned', forMs: 3_600_000 },
  { from: 'throttled', on: 'rate_limit', to: 'write_disabled', forMs: 300_000 },
  { from: 'normal', on: 'rate_limit', to: 'throttled', forMs: 60_000 },
]);

/** How long a client stays in a state that it comes down to, ms. */
export const STEP_MS: readonly number[] = [0, 60_000, 300_000, 3_600_000, 1_800_000];

/** The next milder state once one has expired. A shadow ban is nobody's way down: it has to be deserved. */
export const STEP_DOWN: readonly number[] = [NORMAL, NORMAL, THROTTLED, WRITE_DISABLED, WRITE_DISABLED];

/** How far a mode goes. */
export interface Reach {
  /** Throttled is the harshest state there is. */
  readonly throttleOnly: boolean;
  /** `off` and `approval` refuse writes openly instead; `approval` asks an operator as well. */
  readonly shadowBan: 'off' | 'approval' | 'on';
}

export interface Step {
  readonly to: number;
  readonly forMs: number;
  /** A shadow ban waits for an operator. */
  readonly asks: boolean;
}

/** What a violation leads to; undefined: the state stays. Never to a milder state. */
export function transition(from: number, on: Violation, reach: Reach): Step | undefined {
  const row = TRANSITIONS.find(
    (each) =>
      (each.from === 'any' || stateNumber(each.from) === from) && (each.on === 'any' || each.on === on),
  );
  if (row === undefined) return undefined;
  const step = within(reach, stateNumber(row.to), row.forMs);
  return step.to < from ? undefined : step;
}

function within(reach: Reach, to: number, forMs: number): Step {
  if (reach.throttleOnly) return { to: THROTTLED, forMs: STEP_MS[THROTTLED] as number, asks: false };
  if (to !== SHADOW_BANNED || reach.shadowBan === 'on') return { to, forMs, asks: false };
  return { to: WRITE_DISABLED, forMs, asks: reach.shadowBan === 'approval' };
}

/** Whether a state keeps a client from writing openly. */
export function refusesWrites(state: number): boolean {
  return state === WRITE_DISABLED || state === DISCONNECTED;
}
