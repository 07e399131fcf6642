import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, silentLogger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiKeys, createApiKeys } from '../auth/api-keys.ts';
import { claimDataDir, type DataDir, dataDir, readCliKey, writeCliKey } from './data-dir.ts';
import { provideFirstKeys } from './first-keys.ts';

let dir: DataDir;
let registry: Registry;
let keys: ApiKeys;
const clock = new ManualClock();

beforeEach(async () => {
  dir = dataDir(mkdtempSync(join(tmpdir(), 'aegis-keys-')));
  claimDataDir(dir)();
  registry = openSqliteRegistry({ path: dir.registry, clock });
  keys = await createApiKeys({ registry, randomBytes, clock, logger: silentLogger });
});
afterEach(async () => {
  await keys.close();
  await registry.close();
  rmSync(dir.root, { recursive: true, force: true });
});

const named = async (): Promise<readonly string[]> =>
  (await keys.list()).map(({ name, role }) => `${name} ${role}`).sort();

test('the first start gives an admin key to show and one to the command line', async () => {
  const shown = await provideFirstKeys(keys, dir);
  expect(keys.verify(shown ?? '')).toMatchObject({ name: 'admin', role: 'admin' });
  expect(keys.verify(readCliKey(dir) ?? '')).toMatchObject({ name: 'cli', role: 'admin' });
});

test('later starts show nothing and change nothing', async () => {
  await provideFirstKeys(keys, dir);
  const before = readCliKey(dir);
  expect(await provideFirstKeys(keys, dir)).toBeUndefined();
  expect(readCliKey(dir)).toBe(before);
  expect(await named()).toEqual(['admin admin', 'cli admin']);
});

test.each([
  ['lost', () => rmSync(dir.cliKey)],
  ['of another node', () => writeCliKey(dir, 'aegis_0123456789abcdef_c2VjcmV0')],
  ['nonsense', () => writeCliKey(dir, 'nonsense')],
])('a command-line key that is %s is replaced, and the old one opens nothing', async (_, damage) => {
  await provideFirstKeys(keys, dir);
  const old = readCliKey(dir) ?? '';
  damage();
  expect(await provideFirstKeys(keys, dir)).toBeUndefined();
  expect(keys.verify(readCliKey(dir) ?? '')).toMatchObject({ name: 'cli' });
  expect(keys.verify(old)).toBeUndefined();
  expect(await named()).toEqual(['admin admin', 'cli admin']);
});

test('a revoked admin key does not come back by itself', async () => {
  const shown = await provideFirstKeys(keys, dir);
  const admin = (await keys.list()).find(({ name }) => name === 'admin');
  await keys.revoke(admin?.id ?? '');
  expect(await provideFirstKeys(keys, dir)).toBeUndefined();
  expect(keys.verify(shown ?? '')).toBeUndefined();
});
