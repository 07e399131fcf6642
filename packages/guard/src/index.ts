export { BucketCall } from './buckets/bucket-call.ts';
export { BucketTable } from './buckets/bucket-table.ts';
export type { Buckets } from './buckets/buckets.ts';
export { SharedBucketTable } from './buckets/shared-bucket-table.ts';
export { type BucketConfig, type GuardConfig, MODES, type Mode } from './config/guard-config.ts';
export { type GuardConfigError, guardConfigJsonSchema } from './config/guard-settings.ts';
export { checkGuardConfig, parseGuardConfig } from './config/parse-guard-config.ts';
export { GUARD_PRESETS, type GuardPreset } from './config/presets.ts';
export { Guard } from './guard.ts';
export type {
  CaseRefusal,
  ClientView,
  Hand,
  MessageCall,
  RpcCall,
  ViolationReport,
} from './guard-calls.ts';
export { FAN_OUT_BOUNDS, type GuardCounts } from './guard-counts.ts';
export type { GuardEvent, Reason } from './guard-event.ts';
export type { GuardOptions } from './guard-options.ts';
export { ipKey } from './ip/ip-key.ts';
export { DIMENSIONS, type Dimension } from './limits/dimension.ts';
export type { Quota } from './limits/limiter.ts';
export { parseRateDomain, type RateDomain } from './rates/parse-rate-domain.ts';
export {
  type RateDescriptor,
  RateLimiter,
  type RateLimiterOptions,
  type RateResult,
  type RateStatus,
} from './rates/rate-limiter.ts';
export type { RateDomains, RateEntry, RateLevel, RateRule } from './rates/rate-rule.ts';
export { RATE_UNITS, type RateUnit, UNIT_MS } from './rates/rate-unit.ts';
export { Reconciler, type ReconcilerOptions } from './sharing/reconciler.ts';
export { CLIENT_STATES, ClientState } from './states/client-state.ts';
export { VIOLATIONS, Violation } from './states/violation.ts';
export type { GuardOutcome, GuardVerdict, LimitedBy } from './verdict.ts';
