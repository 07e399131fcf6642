import type { Clock, HashKey, Random } from '@aegis/model';
import type { Buckets } from './buckets/buckets.ts';
import type { GuardConfig } from './config/guard-config.ts';
import type { GuardEvent } from './guard-event.ts';

export interface GuardOptions {
  readonly config: GuardConfig;
  /** Wall time for states and trust, monotonic time for buckets. */
  readonly clock: Clock;
  /** Cannot be guessed by clients. */
  readonly random: Random;
  /** What the mesh has decided about somebody who connects; no I/O. */
  readonly decided?: (about: Decided) => Ruled | undefined;
  readonly onEvent?: (event: GuardEvent) => void;
  /** Default: a table of this thread alone. Worker threads pass one that they share, and the same `hashKey`. */
  readonly buckets?: Buckets;
  /** Default random. Servers that share limits have the same. */
  readonly hashKey?: HashKey;
}

export interface Decided {
  readonly address?: string;
  readonly user?: string;
}

export interface Ruled {
  readonly outcome: 'block' | 'throttle' | 'shadow';
  /** Wall time, ms. */
  readonly until?: number | undefined;
}
