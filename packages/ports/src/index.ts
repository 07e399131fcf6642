export {
  type Archive,
  type LearnedThreats,
  SERIES_LIMIT,
  type SeriesQuery,
  type SeriesStep,
  type SessionPage,
  type SessionQuery,
  type SessionStats,
  type TimeRange,
} from './archive.ts';
export type {
  Bus,
  BusHandler,
  BusMessage,
  Position,
  PublishOptions,
  Retention,
  SubscribeOptions,
  Subscription,
} from './bus.ts';
export { combineGeo } from './combine-geo.ts';
export {
  type LaterEvent,
  type MadeEvent,
  type Standing,
  standingAfter,
  standingWhenMade,
} from './decision-standing.ts';
export type { Enforcer, EnforcerChange } from './enforcer.ts';
export { type Geo, type GeoBuild, type GeoFacts, type GeoSource, UNKNOWN_PLACE } from './geo.ts';
export type {
  AddressBan,
  CaseEvidence,
  CaseRecord,
  ClientRecord,
  GuardChanges,
  GuardMemory,
  GuardStore,
} from './guard-store.ts';
export type {
  AuditEntry,
  AuditQuery,
  DecisionEvent,
  DecisionPage,
  DecisionQuery,
  DecisionStanding,
  JournalEntry,
  Ledger,
  PolicyVersion,
} from './ledger.ts';
export {
  type AttackerReport,
  type CcServerReport,
  MEMORY_BOT_LIMIT,
  MEMORY_CANDIDATE_LIMIT,
  MEMORY_SET_LIMIT,
  type Memory,
  type MemoryQuery,
  type MemoryReport,
  type PatternLikeness,
  type PatternReport,
} from './memory.ts';
export type {
  NotificationQueue,
  QueueAsk,
  QueuedMessage,
  QueuedThing,
} from './notification-queue.ts';
export type { Notification, NotificationItem, Notifier } from './notifier.ts';
export type { Outlet, OutletMessage } from './outlet.ts';
export {
  type Lease,
  type PutOptions,
  REGISTRY_KEY_LIMIT,
  REGISTRY_VALUE_LIMIT,
  type Registry,
  type RegistryChange,
  type RegistryEntry,
  refuseTooLarge,
  type WatchOptions,
} from './registry.ts';
export type { SharedCharge, SharedLimits } from './shared-limits.ts';
export type {
  ConsumerGroup,
  DeadLetter,
  Delivery,
  GroupStats,
  ReadOptions,
  ReclaimOptions,
  Stream,
} from './stream.ts';
export type {
  NewTrailEntry,
  StoredCheckpoint,
  StoredTrailEntry,
  StoredTrailNode,
  TrailBatch,
  TrailExtent,
  TrailNodeId,
  TrailStore,
} from './trail-store.ts';
