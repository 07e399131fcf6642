import { AegisError } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Role } from '../auth/roles.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;

beforeEach(async () => {
  node = await startTestNode();
});

afterEach(() => node.close());

interface KeyAnswer {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

async function create(name: string, role = 'viewer'): Promise<KeyAnswer> {
  return (await (await node.fetch('/v1/keys', { json: { name, role } })).json()) as KeyAnswer;
}

test('a key is shown once, opens, and is in the audit without its secret', async () => {
  const { id, key } = await create('proxy-1', 'enforcer');
  expect(
    (await node.fetch('/check', { as: 'none', headers: { authorization: `Bearer ${key}` } })).status,
  ).toBe(200);
  const listed = await (await node.fetch('/v1/keys')).text();
  expect(listed).toContain(id);
  expect(listed).not.toContain(key);
  const audit = (await (await node.fetch('/v1/audit?action=key.create')).json()) as { entries: object[] };
  expect(audit.entries).toEqual([
    expect.objectContaining({
      actor: 'admin',
      target: 'proxy-1',
      from: '127.0.0.1',
      result: 'ok',
      detail: { role: 'enforcer' },
    }),
  ]);
  expect(JSON.stringify(audit)).not.toContain(key.slice(-64));
});

test('a revoked key opens nothing', async () => {
  const { id, key } = await create('proxy-1');
  expect(await (await node.fetch(`/v1/keys/${id}`, { method: 'DELETE' })).json()).toMatchObject({
    name: 'proxy-1',
  });
  expect(
    (await node.fetch('/v1/node', { as: 'none', headers: { authorization: `Bearer ${key}` } })).status,
  ).toBe(401);
  expect((await node.fetch(`/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(404);
});

test.each([
  [{ name: 'admin', role: 'viewer' }, 409],
  [{ name: '../etc', role: 'viewer' }, 400],
  [{ name: 'x', role: 'root' }, 400],
  [{ name: 'x' }, 400],
])('%j is refused with %i', async (json, status) => {
  expect((await node.fetch('/v1/keys', { json })).status).toBe(status);
});

async function revoke(name: string, as: Role = 'admin'): Promise<number> {
  const { keys } = (await (await node.fetch('/v1/keys')).json()) as { keys: KeyAnswer[] };
  const id = keys.find((key) => key.name === name)?.id ?? '';
  return (await node.fetch(`/v1/keys/${id}`, { method: 'DELETE', as })).status;
}

test('the last key that can make keys stays', async () => {
  expect(await revoke('system')).toBe(200);
  expect(await revoke('admin')).toBe(409);
  await create('second', 'admin');
  expect(await revoke('admin')).toBe(200);
});

test('a system administrator can neither become an admin or auditor nor take one away', async () => {
  for (const role of ['admin', 'auditor'] as const) {
    const response = await node.fetch('/v1/keys', { as: 'system', json: { name: 'mine', role } });
    expect(response.status).toBe(403);
    expect(await revoke(role, 'system')).toBe(403);
  }
  const made = await node.fetch('/v1/keys', { as: 'system', json: { name: 'mine', role: 'security' } });
  expect(made.status).toBe(201);
  const entries = await node.services.ledger.audit({ limit: 10, action: 'key.create' });
  expect(entries.map(({ result }) => result)).toEqual(['ok', 'refused', 'refused']);
});

test('what cannot be written to the audit is not answered with a key', async () => {
  const away = vi.spyOn(node.services.ledger, 'appendAudit');
  away.mockRejectedValue(new AegisError('ledger_unavailable', 'x'));
  const response = await node.fetch('/v1/keys', { json: { name: 'x', role: 'viewer' } });
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('aegis_');
  away.mockRestore();
});

test('the audit pages by time and filters', async () => {
  for (const name of ['a', 'b', 'c']) {
    await create(name);
    node.clock.advance(1_000);
  }
  const page = async (query: string): Promise<readonly { target: string; at: string }[]> => {
    const { entries } = (await (await node.fetch(`/v1/audit?${query}`)).json()) as {
      entries: { target: string; at: string }[];
    };
    return entries;
  };
  const [newest] = await page('limit=1&action=key.create');
  expect(newest?.target).toBe('c');
  const before = await page(`limit=10&action=key.create&before=${newest?.at}`);
  expect(before.map(({ target }) => target)).toEqual(['b', 'a']);
  expect(await page('actor=nobody')).toEqual([]);
});

test('health says which part works to anyone, and how to those who may know', async () => {
  const anyone = await (await node.fetch('/health/ready', { as: 'none' })).text();
  expect(JSON.parse(anyone)).toEqual({ ready: true, parts: { stream: true } });
  expect(await (await node.fetch('/v1/node')).text()).toContain('/somewhere/private');
  const parts = { stream: { ok: false, detail: 'disk full' } };
  vi.spyOn(node.services.health, 'report').mockResolvedValueOnce({ ready: false, parts });
  expect((await node.fetch('/health/ready', { as: 'none' })).status).toBe(503);
});
