export { describePostgres, type PostgresFacts } from './describe-postgres.ts';
export { openPostgresLedger, type PostgresLedgerOptions } from './postgres-ledger.ts';
