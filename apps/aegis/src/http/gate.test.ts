import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;

beforeEach(async () => {
  node = await startTestNode();
});

afterEach(() => node.close());

const WRONG = { as: 'none', headers: { authorization: 'Bearer aegis_wrong' } } as const;

test('wrong keys are slowed down, a right one from the same address is not', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 15; i++) statuses.push((await node.fetch('/v1/node', WRONG)).status);
  expect(statuses).toEqual(Array.from({ length: 15 }, (_, i) => (i < 10 ? 401 : 429)));
  expect((await node.fetch('/v1/node', WRONG)).headers.get('retry-after')).toBe('6');
  expect((await node.fetch('/v1/node')).status).toBe(200);
  expect((await node.fetch('/v1/node', { as: 'none' })).status).toBe(401);
  node.clock.advance(6_000);
  expect((await node.fetch('/v1/node', WRONG)).status).toBe(401);
});

test('a flood of refusals writes a bounded number of audit entries', async () => {
  for (let i = 0; i < 40; i++) {
    await node.fetch('/v1/node', WRONG);
    await node.fetch('/v1/keys', { as: 'sensor' });
  }
  const entries = await node.services.ledger.audit({ limit: 500, action: 'access' });
  expect(entries).toHaveLength(20);
});

test('the first use of a key from an address is on the audit, as a sign-in is elsewhere', async () => {
  for (let i = 0; i < 3; i++) await node.fetch('/v1/node', { as: 'viewer' });
  node.clock.advance(3_600_001);
  await node.fetch('/v1/node', { as: 'viewer' });
  const uses = await vi.waitFor(async () => {
    const found = await node.services.ledger.audit({ limit: 500, action: 'key.use' });
    expect(found).toHaveLength(2);
    return found;
  });
  expect(uses[0]).toMatchObject({
    ...{ actor: 'viewer', target: 'GET /v1/node', from: '127.0.0.1', result: 'ok' },
    detail: { role: 'viewer' },
  });
});

test('a ledger that is away does not turn a refusal into anything else', async () => {
  vi.spyOn(node.services.ledger, 'appendAudit').mockRejectedValue(new Error('away'));
  expect((await node.fetch('/v1/keys', { as: 'viewer' })).status).toBe(403);
  expect((await node.fetch('/v1/node')).status).toBe(200);
});

test("a visitor's own credentials come neither before nor instead of the proxy's key", async () => {
  const headers = { authorization: "Bearer the-application's", 'x-api-key': node.keys.enforcer };
  expect((await node.fetch('/check', { as: 'none', headers })).status).toBe(200);
  const open = await startTestNode({ openCheck: true });
  for (const authorization of ["Bearer the-application's", 'Basic YTpi'])
    expect((await open.fetch('/check', { as: 'none', headers: { authorization } })).status).toBe(200);
  await open.close();
});

test('a revoked key is refused by the next request', async () => {
  const keys = (await node.services.keys.list()).filter(({ name }) => name === 'viewer');
  const id = keys[0]?.id ?? '';
  expect((await node.fetch('/v1/node', { as: 'viewer' })).status).toBe(200);
  expect((await node.fetch(`/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(200);
  expect((await node.fetch('/v1/node', { as: 'viewer' })).status).toBe(401);
});
