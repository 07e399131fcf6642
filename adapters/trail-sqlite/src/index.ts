export { openSqliteTrailStore, type SqliteTrailStoreOptions } from './sqlite-trail-store.ts';
