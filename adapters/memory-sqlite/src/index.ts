export { openSqliteMemory, type SqliteMemoryOptions } from './sqlite-memory.ts';
