export {
  FeedReading,
  type FeedReadingOptions,
  type FeedSummary,
  type RefusedEntry,
} from './feed-reading.ts';
export { type FeedInForce, FeedsInForce, listedId } from './feeds-in-force.ts';
export { createGuard, type Guard, type GuardRules } from './guard.ts';
export type { Indicator } from './indicator.ts';
export type { IndicatorLookup } from './indicator-lookup.ts';
export { IndicatorSet } from './indicator-set.ts';
export { IndicatorSetBuilder } from './indicator-set-builder.ts';
export { type LiveIndicator, LiveIndicators } from './live-indicators.ts';
export { normaliseIndicator } from './normalise.ts';
export {
  COLUMN_ROLES,
  type ColumnRole,
  FEED_FORMATS,
  type FeedFormat,
} from './parse/feed-format.ts';
export { confidenceOf, timeOf } from './parse/json-values.ts';
export { statedScope } from './parse/stated-scope.ts';
export type { SetMemory } from './set-memory.ts';
