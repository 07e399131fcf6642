import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AegisError, ManualClock, silentLogger } from '@aegis/model';
import type { Registry, RegistryChange } from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ApiKeys, type ApiKeysOptions, type CreatedApiKey, createApiKeys } from './api-keys.ts';

let directory: string;
let registry: Registry;
let keys: ApiKeys;
const clock = new ManualClock();
const opened: ApiKeys[] = [];

async function open(options: Partial<ApiKeysOptions> = {}): Promise<ApiKeys> {
  const made = await createApiKeys({ registry, randomBytes, clock, logger: silentLogger, ...options });
  opened.push(made);
  return made;
}

async function created(name: string, role: CreatedApiKey['role'] = 'viewer'): Promise<CreatedApiKey> {
  const result = await keys.create({ name, role });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'aegis-keys-'));
  registry = openSqliteRegistry({ path: join(directory, 'registry.db'), clock });
  keys = await open();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await registry.close();
  rmSync(directory, { recursive: true });
});

test('a key opens at once, as what it was made', async () => {
  const { key, ...info } = await created('proxy', 'enforcer');
  expect(keys.verify(key)).toEqual(info);
  expect(info).toMatchObject({ name: 'proxy', role: 'enforcer', created: clock.now() });
});

test('the secret is kept nowhere', async () => {
  const { key } = await created('proxy');
  const secret = key.split('_')[2] as string;
  const stored = JSON.stringify(await registry.list(''));
  expect(stored).toContain('proxy');
  expect(stored).not.toContain(secret);
  expect(JSON.stringify(await keys.list())).not.toContain(secret);
});

test('a wrong secret, an unknown id and nonsense open nothing', async () => {
  const { key } = await created('proxy');
  const [, id, secret = ''] = key.split('_');
  const other = secret.replace(/^./, (first) => (first === '0' ? '1' : '0'));
  expect(keys.verify(`aegis_${id}_${other}`)).toBeUndefined();
  expect(keys.verify(`aegis_0000000000000000_${secret}`)).toBeUndefined();
  expect(keys.verify('nonsense')).toBeUndefined();
});

test('names are unique and plain', async () => {
  await created('proxy');
  expect(await keys.create({ name: 'proxy', role: 'admin' })).toMatchObject({
    error: { kind: 'name_taken' },
  });
  for (const name of ['', '../x', 'a/b', 'ä', 'x'.repeat(65), '-x'])
    expect(await keys.create({ name, role: 'viewer' })).toMatchObject({ error: { kind: 'bad_name' } });
});

test('of many who want one name at once, one gets it', async () => {
  const wishes = Array.from({ length: 8 }, () => keys.create({ name: 'same', role: 'viewer' }));
  expect((await Promise.all(wishes)).filter(({ ok }) => ok)).toHaveLength(1);
});

test('a revoked key opens nothing from the moment that is answered, and its name is free', async () => {
  const { key, id } = await created('proxy');
  expect(await keys.revoke(id)).toMatchObject({ ok: true, value: { name: 'proxy' } });
  expect(keys.verify(key)).toBeUndefined();
  expect(await keys.revoke(id)).toMatchObject({ error: { kind: 'not_found' } });
  const again = await created('proxy');
  expect(keys.verify(again.key)).toMatchObject({ name: 'proxy' });
  expect(keys.verify(key)).toBeUndefined();
});

test('keys made and revoked elsewhere are heard of', async () => {
  const elsewhere = await open();
  const { key, id } = await created('proxy');
  await vi.waitFor(() => expect(elsewhere.verify(key)).toBeDefined());
  await keys.revoke(id);
  await vi.waitFor(() => expect(elsewhere.verify(key)).toBeUndefined());
});

test('keys outlive the process', async () => {
  const { key } = await created('proxy');
  expect((await open()).verify(key)).toMatchObject({ name: 'proxy' });
});

test('a late word of its creation does not bring a revoked key back', async () => {
  const late = Promise.withResolvers<void>();
  const slow = withWatch(registry, async function* (watching) {
    for await (const change of watching) {
      await late.promise;
      yield change;
    }
  });
  keys = await open({ registry: slow });
  const { key, id } = await created('proxy');
  await keys.revoke(id);
  late.resolve();
  for (let turn = 0; turn < 20; turn++) {
    expect(keys.verify(key)).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
});

test('an entry that cannot be read is left out', async () => {
  await registry.put('api-keys/broken', '{"id":1}');
  await registry.put('api-keys/worse', 'not json');
  await created('proxy');
  expect((await (await open()).list()).map(({ name }) => name)).toEqual(['proxy']);
});

test('without word from the registry keys are believed for a while, then not', async () => {
  let away = false;
  const flaky = withWatch(registry, async function* (watching) {
    for await (const change of watching) {
      if (away) throw new AegisError('registry_unavailable', 'away');
      yield change;
    }
  });
  const failing: Registry = Object.assign(Object.create(flaky) as Registry, {
    revision: async () => {
      if (away) throw new AegisError('registry_unavailable', 'away');
      return registry.revision();
    },
  });
  keys = await open({ registry: failing, maxStaleMs: 1_000, retryMs: 1 });
  const { key } = await created('proxy');
  away = true;
  await registry.put('api-keys/other', 'wakes the watch');
  await vi.waitFor(() => {
    clock.advance(600);
    expect(() => keys.verify(key)).toThrow('cannot be verified');
  });
  away = false;
  await vi.waitFor(() => expect(keys.verify(key)).toMatchObject({ name: 'proxy' }));
});

/** The registry with what its watch delivers changed. */
function withWatch(
  from: Registry,
  change: (watching: AsyncIterable<RegistryChange>) => AsyncIterable<RegistryChange>,
): Registry {
  return {
    get: (key) => from.get(key),
    list: (prefix) => from.list(prefix),
    put: (key, value, options) => from.put(key, value, options),
    compareAndSet: (key, version, value, options) => from.compareAndSet(key, version, value, options),
    delete: (key) => from.delete(key),
    watch: (prefix, options) => change(from.watch(prefix, options)),
    grantLease: (ttlMs) => from.grantLease(ttlMs),
    revision: () => from.revision(),
    close: () => from.close(),
  };
}
