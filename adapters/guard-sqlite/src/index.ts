export { openSqliteGuardStore } from './sqlite-guard-store.ts';
