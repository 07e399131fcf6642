import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { jsonDocument } from '../harness/json-document.ts';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly key: string;
}

let node: RunningAegis;
beforeAll(async () => {
  node = await startAegis();
});
afterAll(() => node.stop());

async function create(name: string, role: string): Promise<Key> {
  const { code, stdout } = await node.run(['keys', 'create', name, '--role', role, '--json']);
  expect(code).toBe(0);
  return jsonDocument<Key>(stdout);
}

/** The status of a request of each kind with this key. */
async function may(key: string): Promise<Readonly<Record<string, number>>> {
  const ask = async (path: string, init: RequestInit = {}): Promise<number> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    return (await fetch(`${node.api}${path}`, { ...init, headers })).status;
  };
  const wish = { scope: 'ip', value: '203.0.113.1', action: 'ban', reason: 'roles' };
  const session = { sess_uuid: 'roles', peer_ip: '192.0.2.1', start_time: 1_792_540_800 };
  return {
    check: await ask('/v1/check?address=192.0.2.1'),
    read: await ask('/v1/sessions'),
    decide: await ask('/v1/decisions', { method: 'POST', body: JSON.stringify(wish) }),
    push: await ask('/v1/sessions', { method: 'POST', body: JSON.stringify(session) }),
    keys: await ask('/v1/keys'),
  };
}

test.each([
  ['viewer', { check: 200, read: 200, decide: 403, push: 403, keys: 403 }],
  ['operator', { check: 200, read: 200, decide: 201, push: 202, keys: 403 }],
  ['admin', { check: 200, read: 200, decide: 201, push: 202, keys: 200 }],
  ['sensor', { check: 403, read: 403, decide: 403, push: 202, keys: 403 }],
  ['enforcer', { check: 200, read: 403, decide: 403, push: 403, keys: 403 }],
])('a key of role %s may do what its role says and nothing else', async (role, expected) => {
  const { key, ...about } = await create(`the-${role}`, role);
  expect(about).toMatchObject({ name: `the-${role}`, role });
  expect(await may(key)).toEqual(expected);
});

test('a revoked key is useless at once; keys are listed without their secrets', async () => {
  const { id, key } = await create('short-lived', 'viewer');
  const listed = await node.run(['keys', 'list', '--json']);
  const { keys } = jsonDocument<{ keys: readonly Key[] }>(listed.stdout);
  expect(keys.map(({ name }) => name)).toContain('short-lived');
  expect(listed.stdout).not.toContain(key.split('_').at(-1));
  expect((await node.run(['keys', 'list'])).stdout).toContain(id);

  const revoked = await node.run(['keys', 'revoke', id]);
  expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining('short-lived') });
  expect(await may(key)).toEqual({ check: 401, read: 401, decide: 401, push: 401, keys: 401 });
  const again = await node.run(['keys', 'revoke', '0123456789abcdef', '--json']);
  expect(again.code).toBe(5);
  expect(jsonDocument(again.stdout)).toMatchObject({ error: { code: expect.any(String) } });
});

test('AEGIS_API_KEY and --url speak to a node from elsewhere; without a key it is said what is missing', async () => {
  const { key } = await create('from-afar', 'enforcer');
  const words = ['check', '192.0.2.77', '--url', node.api];
  const elsewhere = { cwd: '/' };
  expect(await node.run(words, { ...elsewhere, env: { AEGIS_API_KEY: key } })).toMatchObject({ code: 0 });
  const without = await node.run(words, elsewhere);
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('AEGIS_API_KEY') });
  const wrong = await node.run(words, { ...elsewhere, env: { AEGIS_API_KEY: key.replace(/.$/, 'x') } });
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toMatch(/^error: .*key/i);
});
