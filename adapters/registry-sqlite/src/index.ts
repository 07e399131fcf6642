export { openSqliteRegistry, type SqliteRegistryOptions } from './sqlite-registry.ts';
