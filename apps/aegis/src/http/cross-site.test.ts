import { afterAll, beforeAll, expect, test } from 'vitest';
import { askRoute } from './fixture/ask-route.ts';
import { signIn } from './fixture/browser.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import { routes } from './routes.ts';

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode();
});

afterAll(() => node.close());

// What a browser sends by itself changes nothing: a cookie of ours counts with a word that only our page knows.
const ELSEWHERE = { origin: 'https://evil.example', referer: 'https://evil.example/' };

test.each(routes.map((route) => [route.id, route] as const))(
  '%s hands out no cookie unless it is asked to sign in, and lets no other site read its answer',
  async (_, route) => {
    for (const response of await askRoute(node, route, 'admin')) {
      expect(response.headers.get('set-cookie') !== null).toBe(route.id === 'signIn');
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

const guarded = routes
  .filter(({ permission }) => permission !== 'anyone')
  .map((route) => [route.id, route] as const);

test.each(guarded)('%s is not ridden by another site, whatever cookie the browser adds', async (_, route) => {
  const { cookie, csrf } = await signIn(node, 'admin');
  const ridden: readonly Readonly<Record<string, string>>[] = [
    { ...ELSEWHERE, cookie, 'sec-fetch-site': 'cross-site' },
    { ...ELSEWHERE, cookie, 'sec-fetch-site': 'same-site' },
    { ...ELSEWHERE, cookie, 'sec-fetch-site': 'cross-site', 'x-aegis-csrf': csrf },
    // Browsers say nothing of the site where neither TLS nor the own machine is spoken to.
    ...(route.method === 'GET'
      ? []
      : [
          { ...ELSEWHERE, cookie },
          { cookie, 'x-aegis-csrf': `${csrf.slice(1)}x` },
        ]),
  ];
  const place = route.path.replace(/\{\w+\}/, 'x');
  for (const headers of ridden) {
    const response = await node.fetch(place, { as: 'none', method: route.method, headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: 'urn:aegis:problem:cross_site' });
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
