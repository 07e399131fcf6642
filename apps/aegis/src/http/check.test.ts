import { Prefix } from '@aegis/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

const LOOPBACK = ['127.0.0.0/8'].flatMap((text) => {
  const parsed = Prefix.parse(text);
  return parsed.ok ? [parsed.value] : [];
});

let node: TestNode;
let open: TestNode;

beforeAll(async () => {
  node = await startTestNode({ trustedProxies: LOOPBACK });
  open = await startTestNode({ openCheck: true });
  const actions = ['allow', 'observe', 'throttle', 'captcha', 'shadow', 'ban'];
  for (const [index, action] of actions.entries()) {
    const json = { scope: 'ip', value: `192.0.2.${index + 1}`, action, reason: 'naïve\r\nX-Evil: 1' };
    await node.fetch('/v1/decisions', { json });
    await open.fetch('/v1/decisions', { json });
  }
});

afterAll(async () => {
  await node.close();
  await open.close();
});

const ANSWERS = [
  ['192.0.2.1', 'allow', 200],
  ['192.0.2.2', 'observe', 200],
  ['192.0.2.3', 'throttle', 429],
  ['192.0.2.4', 'challenge', 403],
  ['192.0.2.5', 'shadow', 200],
  ['192.0.2.6', 'block', 403],
  ['192.0.2.99', 'none', 200],
] as const;

test.each(ANSWERS)('%s: %s, status %i', async (address, outcome, status) => {
  const response = await node.fetch(`/v1/check?address=${address}`, { as: 'enforcer' });
  expect(response.status).toBe(status);
  expect(response.headers.get('x-aegis-verdict')).toBe(outcome);
  expect(response.headers.get('x-aegis-status')).toBe(String(status));
  expect(response.headers.get('x-evil')).toBeNull();
  expect(response.headers.get('retry-after')).toBe(status === 429 ? '60' : null);
  const body = (await response.json()) as { outcome: string; decision?: string; score: number | null };
  expect(body.outcome).toBe(outcome);
  expect(body.score === null).toBe(outcome === 'allow');
  if (outcome === 'none') return;
  expect(response.headers.get('x-aegis-decision')).toBe(body.decision);
  expect(response.headers.get('x-aegis-reason')).toBe('na%C3%AFve%0D%0AX-Evil: 1');
});

test.each(ANSWERS)('%s with deny_status=403: %s', async (address, _outcome, status) => {
  const response = await node.fetch(`/v1/check?address=${address}&deny_status=403`);
  expect(response.status).toBe(status === 200 ? 200 : 403);
  expect(response.headers.get('x-aegis-status')).toBe(String(status));
});

test('values are made canonical before they are compared', async () => {
  expect((await node.fetch('/v1/check?address=::ffff:192.0.2.6')).status).toBe(403);
});

test.each([
  '',
  'address=',
  'address=192.0.2.300',
  'address=192.0.2.1&country=Germany',
  'address=192.0.2.1&deny_status=200',
])('the query %j is refused', async (query) => {
  expect((await node.fetch(`/v1/check?${query}`)).status).toBe(400);
});

test('an explanation shows the candidates', async () => {
  const response = await node.fetch('/v1/check?address=192.0.2.6&explain=true');
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    verdict: { outcome: 'block' },
    candidates: [{ decision: { value: '192.0.2.6' }, result: 'won' }],
  });
});

test('many are answered in their order', async () => {
  const checks = ANSWERS.map(([address]) => ({ address }));
  const response = await node.fetch('/v1/check', { json: { checks } });
  const { verdicts } = (await response.json()) as { verdicts: { outcome: string }[] };
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(ANSWERS.map(([, outcome]) => outcome));
});

test('more than 1,000 at once are refused, and a bad one is named', async () => {
  const many = (count: number): unknown => ({
    checks: Array.from({ length: count }, () => ({ address: '192.0.2.1' })),
  });
  expect((await node.fetch('/v1/check', { json: many(1_000) })).status).toBe(200);
  expect((await node.fetch('/v1/check', { json: many(1_001) })).status).toBe(400);
  const response = await node.fetch('/v1/check', {
    json: { checks: [{ address: '192.0.2.1' }, { address: 'x' }] },
  });
  expect(await response.json()).toMatchObject({ errors: [{ where: 'body.checks[1].address' }] });
});

test.each(ANSWERS)('forward auth, %s: %s, status %i', async (address, outcome, status) => {
  const headers = { 'x-forwarded-for': `203.0.113.9, ${address}` };
  const response = await node.fetch('/check', { as: 'enforcer', headers });
  expect(response.status).toBe(status);
  expect(response.headers.get('x-aegis-verdict')).toBe(outcome);
  expect(response.headers.has('x-aegis-reason')).toBe(status === 200);
  const text = await response.text();
  expect(text).not.toMatch(/naïve|192\.0\.2/);
  expect(text === '').toBe(status === 200);
  if (status !== 200) expect(text).toContain(`"reference":"${response.headers.get('x-aegis-decision')}"`);
});

test('forward auth: where headers disagree the gravest verdict holds', async () => {
  const ask = async (forwarded: string, real: string): Promise<string | null> => {
    const headers = { 'x-forwarded-for': forwarded, 'x-real-ip': real };
    return (await node.fetch('/check', { headers })).headers.get('x-aegis-verdict');
  };
  expect(await ask('192.0.2.1', '192.0.2.6')).toBe('block');
  expect(await ask('192.0.2.6', '192.0.2.1')).toBe('block');
  expect(await ask('192.0.2.1', '192.0.2.99')).toBe('none');
});

test('forward auth: headers of a peer that is not trusted are ignored', async () => {
  const headers = {
    'x-forwarded-for': '192.0.2.6',
    'x-real-ip': '192.0.2.6',
    'x-forwarded-host': 'evil.example',
  };
  expect((await open.fetch('/check', { as: 'none', headers })).status).toBe(200);
});

test('forward auth: user agent and host count too', async () => {
  await node.fetch('/v1/decisions', { json: { scope: 'user_agent', value: 'sqlmap/1.8', reason: 'tool' } });
  await node.fetch('/v1/decisions', { json: { scope: 'domain', value: 'evil.example', reason: 'c2' } });
  const ask = (headers: Record<string, string>): Promise<Response> => node.fetch('/check', { headers });
  expect((await ask({ 'user-agent': 'sqlmap/1.8' })).status).toBe(403);
  expect((await ask({ 'x-forwarded-host': 'EVIL.example.:8080', 'x-forwarded-uri': '/?a' })).status).toBe(
    403,
  );
  expect((await ask({ 'x-forwarded-host': '::not a host::' })).status).toBe(200);
});

test('forward auth: a refusal is 403 for callers that know no other', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.3' };
  const response = await node.fetch('/check?deny_status=403', { headers });
  expect([response.status, response.headers.get('x-aegis-status')]).toEqual([403, '429']);
});

test('forward auth: the query of the visitor, which some proxies pass on, does no harm', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.3' };
  for (const query of ['?page=1&page=2', '?deny_status=200', '?__proto__=1', '?%00=%ff'])
    expect((await node.fetch(`/check${query}`, { headers })).status, query).toBe(429);
});

describe('as the documents of proxies say that they ask', () => {
  /** The visitor's own headers, which come along: nothing in them is a key of ours or says who he is. */
  const VISITOR = { authorization: 'Bearer visitor', cookie: 'session=1', 'user-agent': 'Mozilla/5.0' };

  test('Traefik ForwardAuth: no key, X-Forwarded-Method, -Proto, -Host, -Uri and -For; 2xx lets pass', async () => {
    const traefik = await startTestNode({ trustedProxies: LOOPBACK, openCheck: true });
    try {
      await traefik.fetch('/v1/decisions', { json: { scope: 'ip', value: '192.0.2.6', reason: 'secret' } });
      await traefik.fetch('/v1/decisions', {
        json: { scope: 'domain', value: 'evil.example', reason: 'c2' },
      });
      const ask = (client: string, host: string): Promise<Response> =>
        traefik.fetch('/check', {
          as: 'none',
          headers: {
            ...VISITOR,
            'x-forwarded-method': 'POST',
            'x-forwarded-proto': 'https',
            'x-forwarded-host': host,
            'x-forwarded-uri': '/login?next=%2F',
            'x-forwarded-for': client,
            'x-forwarded-server': 'traefik-1',
          },
        });
      expect((await ask('198.51.100.1', 'shop.example')).status).toBe(200);
      const refused = await ask('192.0.2.6', 'shop.example');
      expect(refused.status).toBe(403);
      // Traefik hands the whole answer to the visitor.
      expect(await refused.text()).not.toContain('secret');
      expect(JSON.stringify([...refused.headers])).not.toContain('secret');
      expect((await ask('198.51.100.1', 'evil.example')).status).toBe(403);
    } finally {
      await traefik.close();
    }
  });

  test('Kong, from a pre-function with resty.http: a key, X-Forwarded-For; its status is what counts', async () => {
    const ask = (client: string): Promise<Response> =>
      node.fetch('/check', {
        as: 'none',
        headers: {
          ...VISITOR,
          'x-api-key': node.keys.enforcer,
          'x-forwarded-for': client,
          'x-forwarded-host': 'shop.example',
          'x-forwarded-path': '/login',
          'x-forwarded-port': '8000',
          'x-forwarded-proto': 'http',
          'x-forwarded-prefix': '/',
        },
      });
    expect((await ask('192.0.2.99')).status).toBe(200);
    expect((await ask('192.0.2.6')).status).toBe(403);
    expect((await ask('192.0.2.3')).headers.get('retry-after')).toBe('60');
  });
});

test('open checks need no key, explanations and all else do', async () => {
  expect(
    (await open.fetch('/v1/check?address=192.0.2.6', { as: 'none' })).headers.get('x-aegis-verdict'),
  ).toBe('block');
  expect((await open.fetch('/check', { as: 'none' })).status).toBe(200);
  const explained = await open.fetch('/v1/check?address=192.0.2.6&explain=true', { as: 'none' });
  expect(explained.headers.get('x-aegis-verdict')).toBeNull();
  expect(explained.status).toBe(403);
  expect((await open.fetch('/v1/decisions', { as: 'none' })).status).toBe(401);
  const wrong = { authorization: 'Bearer aegis_wrong' };
  expect((await open.fetch('/check', { as: 'none', headers: wrong })).status).toBe(401);
});

test('the reason is told to the visitor only where the operator says so', async () => {
  const telling = await startTestNode({ trustedProxies: LOOPBACK, tellReason: true });
  await telling.fetch('/v1/decisions', { json: { scope: 'ip', value: '192.0.2.6', reason: 'why' } });
  const response = await telling.fetch('/check', { headers: { 'x-forwarded-for': '192.0.2.6' } });
  expect(response.headers.get('x-aegis-reason')).toBe('why');
  await telling.close();
});
