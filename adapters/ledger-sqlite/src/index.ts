export { openSqliteLedger, type SqliteLedgerOptions } from './sqlite-ledger.ts';
