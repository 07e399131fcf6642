export { openPostgresLedger, type PostgresLedgerOptions } from './postgres-ledger.ts';
