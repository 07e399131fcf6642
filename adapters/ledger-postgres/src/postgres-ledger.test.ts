import { ledgerConformance } from '@aegis/ports/conformance';
import { describeWithReal, type PostgresServer, startPostgres } from '@aegis/testing';
import { afterAll, beforeAll } from 'vitest';
import { openPostgresLedger } from './postgres-ledger.ts';

describeWithReal('postgres', 'Ledger on a real PostgreSQL', () => {
  let server: PostgresServer;
  let number = 0;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server.remove());

  ledgerConformance('postgres', {
    open: () => openPostgresLedger({ url: server.url, schema: `ledger_${++number}` }),
    reopen: () => openPostgresLedger({ url: server.url, schema: `ledger_${number}` }),
    // The next one gets a schema of its own, and all of them go with the server.
    cleanup: async () => undefined,
  });
});
