export { openSqliteStream, type SqliteStreamOptions } from './sqlite-stream.ts';
