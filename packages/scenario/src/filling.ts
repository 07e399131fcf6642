import type { Condition } from './condition.ts';

/** How a bucket fills, and when it overflows. Times in ms of event time. */
export type Filling =
  /** One leaks out in `leak`; overflows when more than `capacity` are in it. */
  | { readonly type: 'leaky'; readonly capacity: number; readonly leak: number }
  /** Every event that fits overflows. */
  | { readonly type: 'trigger' }
  /** Nothing leaks; overflows when more than `capacity` come within `window` of the first. */
  | { readonly type: 'counter'; readonly capacity: number; readonly window: number }
  /** Overflows when all steps were taken, in this order, within `within` of the first. */
  | { readonly type: 'sequence'; readonly steps: readonly Step[]; readonly within: number };

/** Taken when so many events have fit it since the step before. */
export interface Step extends Condition {
  readonly at_least: number;
}
