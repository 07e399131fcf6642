import { afterAll, beforeAll, expect, test } from 'vitest';
import { askRoute } from './fixture/ask-route.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import { routes } from './routes.ts';

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

// What a browser sends by itself opens nothing: there is no cookie and no session, so that none can be ridden.
const ELSEWHERE = { origin: 'https://evil.example', referer: 'https://evil.example/' };

test.each(routes.map((route) => [route.id, route] as const))(
  '%s sets no cookie and lets no other site read its answer',
  async (_, route) => {
    for (const response of await askRoute(node, route, 'admin')) {
      expect(response.headers.get('set-cookie')).toBeNull();
      for (const [name] of response.headers) expect(name).not.toMatch(/^access-control-/);
      await response.body?.cancel();
    }
  },
);

test.each(
  routes.filter(({ permission }) => permission !== 'anyone').map((route) => [route.id, route] as const),
)('%s does not take a cookie, a form or a URL for a key', async (_, { method, path }) => {
  const place = path.replace(/\{\w+\}/, 'x');
  const forms = [
    { headers: { ...ELSEWHERE, cookie: `key=${node.keys.admin}; authorization=${node.keys.admin}` } },
    { headers: { ...ELSEWHERE, 'content-type': 'application/x-www-form-urlencoded' } },
  ];
  for (const { headers } of forms) {
    const body = method === 'POST' ? { body: `key=${node.keys.admin}` } : {};
    const response = await node.fetch(`${place}?key=${node.keys.admin}`, {
      as: 'none',
      method,
      headers,
      ...body,
    });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain(node.keys.admin);
  }
});

test('no preflight of another site is allowed', async () => {
  const headers = {
    ...ELSEWHERE,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-api-key',
  };
  const response = await node.fetch('/v1/decisions', { as: 'none', method: 'OPTIONS', headers });
  expect(response.status).toBe(405);
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});
