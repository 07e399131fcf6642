import { openSqliteMemory } from '@aegis/memory-sqlite';
import type { Memory } from '@aegis/ports';
import type { StorePlace } from './open-ledger.ts';

/** On the MongoDB that the config names, otherwise in the data directory. */
export async function openMemory({ config, secrets, dir }: StorePlace): Promise<Memory> {
  const { url, database } = config.memory;
  if (url === '') return openSqliteMemory({ path: dir.memory });
  const password = secrets.memoryPassword?.reveal();
  // As with the ledger: only who has a server pays for the client.
  const { openMongodbMemory } = await import('@aegis/memory-mongodb');
  return openMongodbMemory({ url, database, ...(password === undefined ? {} : { password }) });
}
