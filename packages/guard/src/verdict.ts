import type { Dimension } from './limits/dimension.ts';
import { type ClientState, stateName } from './states/client-state.ts';

/** What stopped or slowed a call: a bucket, the client's state, the address, or a decision of the mesh. */
export type LimitedBy = Dimension | 'state' | 'ip_ban' | 'decision';

/** What happens to a call. */
export interface GuardOutcome {
  readonly allowed: boolean;
  /** Wait so long before serving it. */
  readonly delayMs: number;
  /** Tell the caller that it worked, and do nothing. Only ever true where `allowed` is. */
  readonly silentDrop: boolean;
  readonly state: ClientState;
  /** When to try again; 0 where it is allowed. `Infinity`: when an operator says so. */
  readonly retryAfterMs: number;
  readonly limitedBy: LimitedBy | undefined;
}

export interface GuardVerdict extends GuardOutcome {
  readonly trust: number;
  /** What was found out: what happens, or in observe mode what would have happened in full mode. */
  readonly would: GuardOutcome;
}

/** Passes, untouched. */
export const PASS: GuardOutcome = Object.freeze({
  allowed: true,
  delayMs: 0,
  silentDrop: false,
  state: 'normal',
  retryAfterMs: 0,
  limitedBy: undefined,
});

const passing: GuardVerdict[] = [];

/** The verdict on most calls, made once for each score: the ordinary path allocates nothing. */
export function passAt(trust: number): GuardVerdict {
  let verdict = passing[trust];
  if (verdict === undefined) {
    verdict = Object.freeze({ ...PASS, trust, would: PASS });
    passing[trust] = verdict;
  }
  return verdict;
}

/** `retryAfterMs` is rounded up, and never below 0. */
export function refusal(limitedBy: LimitedBy, state: number, retryAfterMs: number): GuardOutcome {
  return {
    allowed: false,
    delayMs: 0,
    silentDrop: false,
    state: stateName(state),
    retryAfterMs: Math.max(0, Math.ceil(retryAfterMs)),
    limitedBy,
  };
}
