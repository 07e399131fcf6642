import { openSqliteLedger } from '@aegis/ledger-sqlite';
import type { Ledger } from '@aegis/ports';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import type { DataDir } from './data-dir.ts';

export interface StorePlace {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly dir: DataDir;
}

/** In the PostgreSQL that the config names, otherwise in the data directory. */
export async function openLedger({ config, secrets, dir }: StorePlace): Promise<Ledger> {
  const { url, schema } = config.ledger;
  if (url === '') return openSqliteLedger({ path: dir.ledger });
  const password = secrets.ledgerPassword?.reveal();
  // Whoever has no server does not pay for the client: in memory, and in the time that a command takes to start.
  const { openPostgresLedger } = await import('@aegis/ledger-postgres');
  return openPostgresLedger({ url, schema, ...(password === undefined ? {} : { password }) });
}
