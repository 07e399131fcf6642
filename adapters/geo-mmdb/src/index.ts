export { Database, type DatabaseOptions } from './database.ts';
export type { MmdbValue } from './decode-value.ts';
export { type MmdbGeoOptions, openMmdbGeo } from './mmdb-geo.ts';
