import { AegisError } from '@aegis/model';
import type { ApiKeys } from '../auth/api-keys.ts';
import { type DataDir, readCliKey, writeCliKey } from './data-dir.ts';

const ADMIN = 'admin';
const CLI = 'cli';

/**
 * Makes sure that somebody can come in: on the first start an admin key, returned to be shown once, and a key
 * for commands on this machine, kept in the data directory. A lost or foreign key of the latter is replaced.
 * `cliName` is its name, which no other node of the same registry may have. Throws AegisError
 * `registry_unavailable` where the key of this machine has yet to be made.
 */
export async function provideFirstKeys(
  keys: ApiKeys,
  dir: DataDir,
  cliName: string = CLI,
): Promise<string | undefined> {
  const cliKey = readCliKey(dir);
  const isKnown = cliKey !== undefined && keys.verify(cliKey) !== undefined;
  // Without the registry nobody knows what is to be made, and this machine can come in.
  if (isKnown && keys.trouble !== '') return undefined;
  const known = await keys.list();
  const admin = known.length === 0 ? await createAdminKey(keys, ADMIN) : undefined;
  if (!isKnown) {
    const lost = known.find(({ name }) => name === cliName);
    if (lost !== undefined) await keys.revoke(lost.id);
    writeCliKey(dir, await createAdminKey(keys, cliName));
  }
  return admin;
}

/** The name of a machine's key where several nodes have one registry. */
export function cliNameOf(nodeId: string): string {
  return `${CLI}-${nodeId}`.slice(0, MOST_NAME);
}

/** What the name of a key may have at most. */
const MOST_NAME = 64;

async function createAdminKey(keys: ApiKeys, name: string): Promise<string> {
  const created = await keys.create({ name, role: 'admin' });
  if (created.ok) return created.value.key;
  throw new AegisError('first_keys_failed', `the key ${name} cannot be made: ${created.error.message}`);
}
