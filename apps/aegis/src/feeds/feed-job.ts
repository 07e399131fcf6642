import type { ColumnRole, FeedFormat, FeedSummary, GuardRules, SetMemory } from '@aegis/indicators';

/** What a worker thread is to read: plain data. */
export interface FeedJob {
  readonly path: string;
  /** Told from the beginning of the file where absent. */
  readonly format?: FeedFormat;
  readonly columns?: readonly ColumnRole[];
  readonly confidence: number;
  readonly most: number;
  /** Absent where nothing is restricted. */
  readonly guard?: GuardRules;
  /** What is in force, to tell what would change. */
  readonly before?: SetMemory;
}

export interface FeedBuilt {
  readonly memory: SetMemory;
  readonly summary: FeedSummary;
  readonly changes?: FeedChanges;
}

/** Distinct indicators of a new state against the one before. */
export interface FeedChanges {
  readonly added: number;
  readonly kept: number;
  readonly gone: number;
}

export type FeedWorkerMessage =
  | { readonly kind: 'progress'; readonly bytes: number; readonly lines: number }
  | { readonly kind: 'built'; readonly built: FeedBuilt };
