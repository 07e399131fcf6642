export { type ArchiveFixture, archiveConformance } from './archive.conformance.ts';
export { type BusFixture, busConformance } from './bus.conformance.ts';
export { type EnforcerFixture, enforcerConformance } from './enforcer.conformance.ts';
export { type GeoFixture, geoConformance } from './geo.conformance.ts';
export { type GuardStoreFixture, guardStoreConformance } from './guard-store.conformance.ts';
export { type LedgerFixture, ledgerConformance } from './ledger.conformance.ts';
export { type MemoryFixture, memoryConformance } from './memory.conformance.ts';
export {
  type NotificationQueueFixture,
  notificationQueueConformance,
} from './notification-queue.conformance.ts';
export { type NotifierFixture, notifierConformance } from './notifier.conformance.ts';
export { type OutletFixture, outletConformance } from './outlet.conformance.ts';
export { type RegistryFixture, registryConformance } from './registry.conformance.ts';
export { sessionRecord } from './session-record.fixture.ts';
export { type SharedLimitsFixture, sharedLimitsConformance } from './shared-limits.conformance.ts';
export { type StreamFixture, type StreamMatter, streamConformance } from './stream.conformance.ts';
export { type TrailStoreFixture, trailStoreConformance } from './trail-store.conformance.ts';
