export { type ArchiveFixture, archiveConformance } from './archive.conformance.ts';
export { type BusFixture, busConformance } from './bus.conformance.ts';
export { type EnforcerFixture, enforcerConformance } from './enforcer.conformance.ts';
export { type GeoFixture, geoConformance } from './geo.conformance.ts';
export { type LedgerFixture, ledgerConformance } from './ledger.conformance.ts';
export { type MemoryFixture, memoryConformance } from './memory.conformance.ts';
export { type RegistryFixture, registryConformance } from './registry.conformance.ts';
export { sessionRecord } from './session-record.fixture.ts';
export { type StreamFixture, streamConformance } from './stream.conformance.ts';
