export type { Archive, SessionPage, SessionQuery, SessionStats, TimeRange } from './archive.ts';
export type { Bus, BusHandler, BusMessage, Position, SubscribeOptions, Subscription } from './bus.ts';
export type { Enforcer, EnforcerChange } from './enforcer.ts';
export type {
  AuditEntry,
  AuditQuery,
  DecisionEvent,
  DecisionPage,
  DecisionQuery,
  DecisionStanding,
  Ledger,
  PolicyVersion,
} from './ledger.ts';
export {
  type AttackerReport,
  type CcServerReport,
  MEMORY_SET_LIMIT,
  type Memory,
  type MemoryQuery,
  type MemoryReport,
  type PatternReport,
} from './memory.ts';
export type { Lease, PutOptions, Registry, RegistryChange, RegistryEntry, WatchOptions } from './registry.ts';
export type {
  ConsumerGroup,
  DeadLetter,
  Delivery,
  GroupStats,
  ReadOptions,
  ReclaimOptions,
  Stream,
} from './stream.ts';
