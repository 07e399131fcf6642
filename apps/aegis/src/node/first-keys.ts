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
  const admin = known.length === 0 ? await keys.create({ name: ADMIN, role: 'admin' }) : undefined;
  const cliKey = readCliKey(dir);
  if (cliKey === undefined || keys.verify(cliKey) === undefined) {
    const lost = known.find(({ name }) => name === CLI);
    if (lost !== undefined) await keys.revoke(lost.id);
    const created = await keys.create({ name: CLI, role: 'admin' });
    if (created.ok) writeCliKey(dir, created.value.key);
  }
  return admin?.ok === true ? admin.value.key : undefined;
}
