import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Address, AegisError, Prefix, Result, silentLogger } from '@aegis/model';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DirectRoutes } from './direct-routes.ts';
import { rawRequest } from './fixture/raw-request.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';
import { defineRoute, type Outcome, type Scene } from './route.ts';

const LOOPBACK = ['127.0.0.0/8'].flatMap((text) => {
  const parsed = Prefix.parse(text);
  return parsed.ok ? [parsed.value] : [];
});

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode({ trustedProxies: LOOPBACK });
  const actions = ['allow', 'observe', 'throttle', 'captcha', 'shadow', 'ban'];
  for (const [index, action] of actions.entries())
    await node.fetch('/v1/decisions', {
      json: { scope: 'ip', value: `192.0.2.${index + 1}`, action, reason: 'naïve\r\nX-Evil: 1' },
    });
  await node.fetch('/v1/decisions', { json: { scope: 'ip', value: '2001:db8::6', reason: 'six' } });
});

afterAll(() => node.close());

/** Written as text, so that nothing on the way makes it better than it is. */
interface Asked {
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  /** Default: the enforcer's. */
  readonly key?: string;
}

interface Answered {
  readonly status: number;
  /** Without what is of the moment. */
  readonly headers: readonly string[];
  readonly body: string;
}

async function ask({ method = 'GET', target, headers = [], key }: Asked): Promise<Answered> {
  const shown = key === '' ? [] : [`X-Api-Key: ${key ?? node.keys.enforcer}`];
  const head = [`${method} ${target} HTTP/1.1`, 'Host: a', 'Connection: close', ...shown, ...headers];
  const text = await rawRequest(node.url, `${head.join('\r\n')}\r\n\r\n`);
  const [top = '', body = ''] = text.split('\r\n\r\n');
  const [line = '', ...rest] = top.split('\r\n');
  const id = /^x-request-id: (\S+)$/m.exec(rest.join('\n'))?.[1] ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const kept = rest.filter((each) => !/^(date|x-request-id):/i.test(each)).sort();
  return { status: Number(line.split(' ')[1]), headers: kept, body: body.replaceAll(id, 'ID') };
}

/** The same request with an escape in its path, which the framework takes and `DirectRoutes` does not. */
function theLongWay(asked: Asked): Asked {
  return { ...asked, target: asked.target.replace(/^((?:\/v1)?\/chec)k/, '$1%6b') };
}

const XFF = (value: string): readonly string[] => [`X-Forwarded-For: ${value}`];
const banned = XFF('192.0.2.6');

const CASES: readonly (readonly [what: string, status: number, asked: Asked])[] = [
  ...[200, 200, 429, 403, 200, 403, 200].flatMap((status, index) => {
    const address = `192.0.2.${index + 1}`;
    return [
      [`forward auth of ${address}`, status, { target: '/check', headers: XFF(address) }],
      [`a check of ${address}`, status, { target: `/v1/check?address=${address}` }],
      [
        `${address} for a caller that knows 403 alone`,
        status === 200 ? 200 : 403,
        { target: '/check?deny_status=403', headers: XFF(address) },
      ],
    ] as const;
  }),
  ['IPv6', 403, { target: '/check', headers: XFF('[2001:db8::6]:4711') }],
  ['IPv6, not canonical', 403, { target: '/v1/check?address=2001:DB8:0::6' }],
  ['IPv4-mapped IPv6', 403, { target: '/v1/check?address=::ffff:192.0.2.6' }],
  ['an escape in the query', 403, { target: '/v1/check?address=192%2E0.2.6' }],
  ['a broken escape in the query', 400, { target: '/v1/check?address=%zz' }],
  ['a fragment', 400, { target: '/v1/check?address=192.0.2.6#top' }],
  ['no query', 400, { target: '/v1/check' }],
  ['an empty query', 400, { target: '/v1/check?' }],
  ['no address', 400, { target: '/v1/check?address=192.0.2.300' }],
  ['an address twice', 400, { target: '/v1/check?address=192.0.2.6&address=192.0.2.7' }],
  ['an unknown member', 400, { target: '/v1/check?address=192.0.2.6&colour=red' }],
  ['__proto__', 400, { target: '/v1/check?address=192.0.2.6&__proto__=1' }],
  ['constructor', 400, { target: '/v1/check?address=192.0.2.6&constructor=1' }],
  ["__proto__ in the visitor's own query", 403, { target: '/check?__proto__=1&a=b', headers: banned }],
  ['all members', 403, { target: '/v1/check?address=192.0.2.6&user_agent=x&country=de&domain=A.example' }],
  ['an explanation', 403, { target: '/v1/check?address=192.0.2.6&explain=true' }],
  ['HEAD of what is refused', 403, { method: 'HEAD', target: '/check', headers: banned }],
  ['a browser that is refused', 403, { target: '/check', headers: [...banned, 'Accept: text/html'] }],
  ['HEAD of a page', 403, { method: 'HEAD', target: '/check', headers: [...banned, 'Accept: text/html'] }],
  ['HEAD of what passes', 200, { method: 'HEAD', target: '/check' }],
  ['HEAD with a verdict', 403, { method: 'HEAD', target: '/v1/check?address=192.0.2.6' }],
  ['HEAD of a mistake', 400, { method: 'HEAD', target: '/v1/check' }],
  ['a body with a GET', 403, { target: '/check', headers: [...banned, 'Content-Length: 0'] }],
  ['no key', 401, { target: '/check', key: '' }],
  ['a key that is none of ours', 401, { target: '/v1/check?address=192.0.2.6', key: 'Bearer x' }],
  ['a long chain', 403, { target: '/check', headers: XFF(`${'203.0.113.9, '.repeat(900)}192.0.2.6`) }],
  ['two forwarding headers', 403, { target: '/check', headers: [...XFF('192.0.2.9'), ...banned] }],
  ['nonsense in a forwarding header', 200, { target: '/check', headers: XFF('<script>') }],
  [
    'what the proxy tells of the request',
    200,
    {
      target: '/check',
      headers: ['X-Forwarded-Host: a.example', 'X-Forwarded-Uri: /x?y=1', 'X-Forwarded-Method: POST'],
    },
  ],
];

test.each(CASES)('%s: %i, either way the same', async (_what, status, asked) => {
  const answer = await ask(asked);
  expect(answer.status).toBe(status);
  expect(answer).toEqual(await ask(theLongWay(asked)));
});

test('a role that may not check is refused, either way the same', async () => {
  const asked = { target: '/check', key: node.keys.sensor };
  const answer = await ask(asked);
  expect(answer.status).toBe(403);
  expect(answer.headers.some((header) => header.startsWith('x-aegis-verdict'))).toBe(false);
  expect(answer).toEqual(await ask(theLongWay(asked)));
});

test('a fault says nothing of itself, either way the same', async () => {
  for (const fault of [new AegisError('registry_unavailable', 'secret'), new Error('secret')]) {
    const failing = vi.spyOn(node.services.checks, 'check').mockImplementation(() => {
      throw fault;
    });
    const answer = await ask({ target: '/check' });
    expect(answer.status).toBe(fault instanceof AegisError ? 503 : 500);
    expect(answer.body).not.toContain('secret');
    expect(answer).toEqual(await ask(theLongWay({ target: '/check' })));
    failing.mockRestore();
  }
});

test.each([
  ['PUT', '/check', 405],
  ['POST', '/check', 405],
  ['OPTIONS', '/v1/check', 405],
  ['GET', '/check/', 404],
  ['GET', '//check', 404],
  ['GET', '/CHECK', 404],
])('%s %s is the framework’s: %i', async (method, target, status) => {
  expect((await ask({ method, target })).status).toBe(status);
});

test('more headers than a request may have are refused before anybody looks at them', async () => {
  const text = `GET /check HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${'1.1.1.1,'.repeat(8_192)}\r\n\r\n`;
  expect(await rawRequest(node.url, text)).toMatch(/^HTTP\/1\.1 431 /);
});

test('requests sent at once on one connection are answered in their order', async () => {
  const one = (address: string, more = ''): string =>
    `GET /check HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${node.keys.enforcer}\r\nX-Forwarded-For: ${address}\r\n${more}\r\n`;
  const text = [one('192.0.2.6'), one('192.0.2.9'), one('192.0.2.3', 'Connection: close\r\n')].join('');
  const statuses = (await rawRequest(node.url, text)).match(/HTTP\/1\.1 \d+/g);
  expect(statuses).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200', 'HTTP/1.1 429']);
});

test('a key is what its owner may, however often it was proven on a connection', async () => {
  const ours = await node.services.keys.create({ name: 'short-lived', role: 'enforcer' });
  if (!ours.ok) throw new Error(ours.error.message);
  const ask = (): Promise<Response> =>
    node.fetch('/check', { as: 'none', headers: { 'x-api-key': ours.value.key } });
  for (let n = 0; n < 3; n++) expect((await ask()).status).toBe(200);
  await node.services.keys.revoke(ours.value.id);
  expect((await ask()).status).toBe(401);
});

test('whoever uses a key to ask about visitors is the proxy, not each of them', async () => {
  for (let n = 0; n < 20; n++) await ask({ target: '/check', headers: XFF(`198.51.100.${n}`) });
  await ask({ target: '/check', headers: XFF('198.51.100.20'), key: node.keys.viewer });
  const uses = await vi.waitFor(async () => {
    const found = await node.services.ledger.audit({ limit: 500, action: 'key.use' });
    expect(found.some(({ actor }) => actor === 'viewer')).toBe(true);
    return found;
  });
  expect(uses.map(({ from }) => from).filter((from) => from !== '127.0.0.1')).toEqual([]);
});

test('answers are told for metrics by the path of their route', async () => {
  const count = node.answers.length;
  await ask({ target: '/check?x=1', headers: banned });
  expect(node.answers.slice(count)).toMatchObject([{ method: 'GET', route: '/check', status: 403 }]);
});

describe('which requests are answered directly', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(closing: AbortSignal, handler: () => Promise<Outcome> | Outcome): Promise<string> {
    const shared = { method: 'GET', tag: 't', summary: 's', permission: 'anyone', answers: {} } as const;
    const routes = [
      defineRoute({ ...shared, path: '/hot', id: 'hot', direct: true, handler }),
      defineRoute({ ...shared, path: '/cold', id: 'cold', handler }),
      defineRoute({ ...shared, method: 'POST', path: '/hot', id: 'post', direct: true, handler }),
    ];
    const actor = { name: 'x', from: '127.0.0.1' as Address };
    const direct = new DirectRoutes(routes, {
      scene: {
        newId: () => 'ID',
        clock: { now: () => 0, monotonic: () => 0 },
        logger: silentLogger,
      } as unknown as Scene,
      admission: () =>
        Result.ok({
          actor,
          may: () => true,
          clients: [actor.from],
          proxied: false,
          secure: false,
          header: () => undefined,
        }),
      closing,
    });
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      if (!direct.serve(request, response)) response.writeHead(299).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const well = (): Outcome => Result.ok({ status: 200, body: { ü: 1 } });

  test.each([
    ['GET', '/hot', 200],
    ['HEAD', '/hot', 200],
    ['GET', '/h%6ft', 299],
    ['GET', '/cold', 299],
    ['POST', '/hot', 299],
    ['GET', '/hot/', 299],
    ['GET', '/', 299],
  ])('%s %s: %i', async (method, path, status) => {
    const url = await serve(new AbortController().signal, well);
    expect((await fetch(url + path, { method })).status).toBe(status);
  });

  test('none while the server closes: the last answer on a connection says so', async () => {
    expect((await fetch(`${await serve(AbortSignal.abort(), well)}/hot`)).status).toBe(299);
  });

  test('an answer that comes later, and one that never does', async () => {
    const later = await serve(new AbortController().signal, async () => well());
    expect(await (await fetch(`${later}/hot`)).json()).toEqual({ ü: 1 });
    const never = await serve(new AbortController().signal, () => Promise.reject(new Error('secret')));
    const response = await fetch(`${never}/hot`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });
});
