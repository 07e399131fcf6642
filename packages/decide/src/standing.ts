import type { Decision } from '@aegis/model';
import type { ActivePolicy, ActiveStrategy } from './active-policy.ts';
import type { Expiring } from './expiry-queue.ts';

/** A decision in its place in the index. */
export interface Standing extends Expiring {
  readonly decision: Decision;
  /** See `granularity.ts`. */
  readonly granularity: number;
  /** Another decision on the same value. */
  next: Standing | undefined;
  /** The policy under which `strategy` was looked up; the engine looks again when it is another. */
  policy: ActivePolicy | undefined;
  strategy: ActiveStrategy | undefined;
}
