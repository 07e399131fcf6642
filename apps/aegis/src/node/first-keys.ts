import { AegisError } from '@aegis/model';
import type { ApiKeys } from '../auth/api-keys.ts';
import { type DataDir, readCliKey, writeCliKey } from './data-dir.ts';

const ADMIN = 'admin';
const CLI = 'cli';

/**
 * Makes sure that somebody can come in: on the first start an admin key, returned to be shown once, and a key
 * for commands on this machine, kept in the data directory. A lost or foreign key of the latter is replaced.
 */
export async function provideFirstKeys(keys: ApiKeys, dir: DataDir): Promise<string | undefined> {
  const known = await keys.list();
  const admin = known.length === 0 ? await createAdminKey(keys, ADMIN) : undefined;
  const cliKey = readCliKey(dir);
  if (cliKey === undefined || keys.verify(cliKey) === undefined) {
    const lost = known.find(({ name }) => name === CLI);
    if (lost !== undefined) await keys.revoke(lost.id);
    writeCliKey(dir, await createAdminKey(keys, CLI));
  }
  return admin;
}

async function createAdminKey(keys: ApiKeys, name: string): Promise<string> {
  const created = await keys.create({ name, role: 'admin' });
  if (created.ok) return created.value.key;
  throw new AegisError('first_keys_failed', `the key ${name} cannot be made: ${created.error.message}`);
}
