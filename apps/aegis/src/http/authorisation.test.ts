import { afterAll, beforeAll, expect, test } from 'vitest';
import { mayRole, ROLES, type Role } from '../auth/roles.ts';
import { askRoute } from './fixture/ask-route.ts';
import { signIn } from './fixture/browser.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

const OPEN = ['/', '/health/live', '/health/ready', '/openapi.json'];

test('only these paths need no key', () => {
  const open = routes.filter(({ permission }) => permission === 'anyone');
  expect(open.map(({ path }) => path).sort()).toEqual(OPEN);
});

test('all that changes something needs a permission to write', () => {
  const asking = ['checkMany', 'checkPolicy'];
  // They change who asks, and nothing else.
  const own = ['signIn', 'signOut'];
  for (const { id, method, permission } of routes)
    if (method !== 'GET' && ![...asking, ...own].includes(id))
      expect(permission, id).toMatch(/:(write|manage|use|halt)$/);
});

/** Of a route that may be used, about what it was asked. Two roles ask for a key of the same name. */
const ANSWERS = [
  ...['unknown', 'not_found', 'name_taken', 'no_mesh'],
  ...['key_needed', 'not_signed_in'],
].map((code) => `urn:aegis:problem:${code}`);

const cases = routes.flatMap((route) =>
  [...ROLES, 'none' as const].map((who) => [route.id, who, route] as const),
);

test.each(cases)('%s as %s', async (_id, who, route) => {
  await holdsFor(node, route, who);
});

// The same walk with what a browser has in place of a key.
test.each(cases.filter(([, who]) => who !== 'none'))('%s as %s, with a cookie', async (_id, who, route) => {
  await holdsFor(await signIn(node, who as Role), route, who);
});

async function holdsFor(asker: Pick<TestNode, 'fetch'>, route: Route, who: Role | 'none'): Promise<void> {
  for (const response of await askRoute(asker, route, who)) {
    const { status, headers } = response;
    const problem = headers.get('content-type')?.startsWith('application/problem+json')
      ? ((await response.json()) as { readonly type: string })
      : undefined;
    if (problem === undefined) await response.body?.cancel();
    if (isAllowed(route.permission, who)) {
      expect([undefined, ...ANSWERS]).toContain(problem?.type);
      expect(status).not.toBe(401);
      expect(status).toBeLessThan(500);
    } else if (who === 'none') {
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="aegis"');
      expect(problem?.type).toBe('urn:aegis:problem:unauthenticated');
    } else {
      expect(status).toBe(403);
      expect(problem?.type).toBe('urn:aegis:problem:forbidden');
    }
  }
}

function isAllowed(permission: (typeof routes)[number]['permission'], who: Role | 'none'): boolean {
  if (permission === 'anyone') return true;
  return who !== 'none' && (permission === 'any key' || mayRole(who, permission));
}

test('a key may also come as X-Api-Key', async () => {
  const headers = { 'x-api-key': node.keys.viewer };
  expect((await node.fetch('/v1/node', { as: 'none', headers })).status).toBe(200);
});

test.each(['Bearer nonsense', 'Basic YTpi', `Bearer aegis_0123456789abcdef_${'0'.repeat(64)}`, ''])(
  'the credential %j opens nothing',
  async (authorization) => {
    const response = await node.fetch('/v1/node', { as: 'none', headers: { authorization } });
    expect(response.status).toBe(401);
  },
);

test('refused attempts are in the audit, without the key', async () => {
  node.clock.advance(3_600_000);
  await node.fetch('/v1/keys', { as: 'sensor' });
  await node.fetch('/v1/keys', { as: 'none', headers: { authorization: 'Bearer aegis_hunter2' } });
  const entries = await node.services.ledger.audit({ limit: 500, action: 'access' });
  expect(entries).toContainEqual(
    expect.objectContaining({
      actor: 'sensor',
      target: 'GET /v1/keys',
      from: '127.0.0.1',
      result: 'refused',
      detail: expect.objectContaining({ needs: 'keys:manage' }),
    }),
  );
  expect(entries.some(({ actor }) => actor === 'unknown')).toBe(true);
  expect(JSON.stringify(entries)).not.toContain('hunter2');
});
