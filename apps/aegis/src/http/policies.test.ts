import { defaultPolicy, policyDocument } from '@aegis/decide';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;
beforeEach(async () => {
  node = await startTestNode();
});
afterEach(() => node.close());

const document = policyDocument(defaultPolicy);

async function ask(path: string, json?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await node.fetch(path, json === undefined ? {} : { json });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a policy is applied, shown, listed with what changed, and rolled back', async () => {
  const named = { ...document, name: 'named' };
  const applied = await ask('/v1/policy/versions', { policy: named, reason: 'a name', base: 0 });
  expect(applied).toMatchObject({
    status: 201,
    body: { version: 1, source: 'document', author: 'admin', policy: named },
  });
  expect((await ask('/v1/policy')).body).toEqual(applied.body);
  const { body } = await ask('/v1/policy/versions');
  expect(body.versions).toMatchObject([
    {
      version: 1,
      reason: 'a name',
      changes: [{ kind: 'changed', field: 'name', before: 'config', after: 'named' }],
    },
    { version: 0, source: 'config', changes: [] },
  ]);
  expect(await ask('/v1/policy/rollback', { version: 0, reason: 'back', base: 1 })).toMatchObject({
    status: 201,
    body: { version: 2, source: 'config' },
  });
  expect(await ask('/v1/policy/versions/1')).toMatchObject({
    status: 200,
    body: { version: 1, policy: named },
  });
  expect((await ask('/v1/policy/versions?limit=1')).body.versions).toMatchObject([
    { version: 2, changes: [{ field: 'name' }] },
  ]);
});

test('everything that is wrong is told, each with its pointer', async () => {
  const policy = { ...document, exmpt: [], limits: { max_duration: 'long' } };
  const refused = await ask('/v1/policy/versions', { policy, reason: 'x' });
  expect(refused).toMatchObject({
    status: 400,
    body: {
      type: 'urn:aegis:problem:bad_policy',
      errors: expect.arrayContaining([
        { where: 'body.policy/exmpt', message: 'is no key here; did you mean exempt?' },
        {
          where: 'body.policy/limits/max_duration',
          message: expect.stringContaining('expected a length of time'),
        },
      ]),
    },
  });
  const checked = await ask('/v1/policy/check', { policy });
  expect(checked).toMatchObject({ status: 200, body: { ok: false, version: 0, changes: [] } });
  expect((await ask('/v1/policy')).body.version).toBe(0);
});

test('a check tells what would change and changes nothing', async () => {
  const policy = { ...document, name: 'config', exempt: ['192.0.2.0/24'] };
  expect((await ask('/v1/policy/check', { policy })).body).toMatchObject({
    ok: true,
    issues: [],
    changes: [{ kind: 'prefix_added', list: 'exempt', prefix: '192.0.2.0/24' }],
    risks: [],
  });
  expect((await ask('/v1/policy')).body.version).toBe(0);
});

test('a change from another version, and one that locks somebody out, are conflicts', async () => {
  const policy = { ...document, protected: ['10.0.0.0/24'] };
  expect((await ask('/v1/policy/versions', { policy, reason: 'x' })).status).toBe(201);
  expect(await ask('/v1/policy/versions', { policy: document, reason: 'x', base: 0 })).toMatchObject({
    status: 409,
    body: { type: 'urn:aegis:problem:policy_conflict' },
  });
  expect(await ask('/v1/policy/versions', { policy: document, reason: 'x', base: 1 })).toMatchObject({
    status: 409,
    body: {
      type: 'urn:aegis:problem:lock_out',
      errors: [{ where: 'body.policy', message: '10.0.0.0/24 would no longer be protected' }],
    },
  });
  expect((await ask('/v1/policy/versions', { policy: document, reason: 'x', force: true })).status).toBe(201);
});

test('what is not there, and a change without a reason', async () => {
  expect((await ask('/v1/policy/versions/7')).status).toBe(404);
  expect((await ask('/v1/policy/rollback', { version: 7, reason: 'x' })).status).toBe(404);
  for (const reason of [undefined, '', '  '])
    expect((await ask('/v1/policy/versions', { policy: document, reason })).status).toBe(400);
});

test('a block list leaves out what the policy withholds; the other exports have it on request', async () => {
  const add = (value: string, origin: string) =>
    node.fetch('/v1/decisions', { json: { scope: 'ip', value, reason: 'x', origin } });
  await add('192.0.2.1', 'operator');
  await add('192.0.2.2', 'feed:new');
  const strategies = [
    { name: 'trial', origins: ['feed:new'], mode: 'shadow' },
    { name: 'rest', origins: ['*'] },
  ];
  await ask('/v1/policy/versions', { policy: { strategies }, reason: 'x' });
  const list = async (query: string) =>
    (await (await node.fetch(`/v1/decisions/export?${query}`)).text()).match(/192\.0\.2\.\d/g);
  expect(await list('format=plain')).toEqual(['192.0.2.1']);
  expect((await list('format=plain&enforced=false'))?.sort()).toEqual(['192.0.2.1', '192.0.2.2']);
  expect((await list('format=json'))?.sort()).toEqual(['192.0.2.1', '192.0.2.2']);
  expect(await list('format=csv&enforced=true')).toEqual(['192.0.2.1']);
});
