import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestNode, type TestNode } from '../http/fixture/test-node.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';

let node: TestNode;
let client: ApiClient;

beforeAll(async () => {
  node = await startTestNode();
  client = createApiClient({ baseUrl: `${node.url}/`, key: node.keys.admin });
});

afterAll(() => node.close());

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = await Array.fromAsync(stream);
  return Buffer.concat(chunks).toString();
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

test('decisions: add, check, explain, list, show, export, import, lift', async () => {
  const decision = await client.addDecision({
    scope: 'ip',
    value: '192.0.2.7',
    reason: 'test',
    duration: '1h',
  });
  expect(await client.check({ address: '192.0.2.7' })).toMatchObject({
    outcome: 'block',
    decision: decision.id,
  });
  expect(await client.check({ address: '192.0.2.8' })).toMatchObject({ outcome: 'none' });
  expect((await client.explain({ address: '192.0.2.7' })).candidates).toHaveLength(1);
  const verdicts = await client.checkMany([{ address: '192.0.2.8' }, { address: '192.0.2.7' }]);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(['none', 'block']);
  expect((await client.listDecisions({ limit: 10, value: '192.0.2.7' })).decisions).toHaveLength(1);
  expect(await client.getDecision(decision.id)).toMatchObject({ standing: { in_force: true } });
  expect(await textOf(await client.exportDecisions({ format: 'plain' }))).toBe('192.0.2.7\n');
  const list = { format: 'plain', text: '192.0.2.9\nx\n', defaults: { reason: 'list' } } as const;
  expect(await client.importDecisions(list)).toMatchObject({ added: 1, rejected: [{ line: 2 }] });
  expect(await client.addDecisions([{ scope: 'ip', value: '127.0.0.1', reason: 'x' }])).toMatchObject({
    refused: 1,
  });
  await client.liftDecision(decision.id, 'done');
  expect(await client.liftMatching({ scope: 'ip', value: '192.0.2.9' })).toBe(1);
  expect((await client.listDecisions()).decisions).toEqual([]);
});

test('sessions: list, alerts, show, export, statistics', async () => {
  const page = await client.listSessions({ limit: 1 });
  expect(page.sessions).toHaveLength(1);
  expect((await client.listSessions({ limit: 1, cursor: page.next ?? '' })).next).toBeUndefined();
  expect((await client.listAlerts()).sessions.map(({ sess_uuid }) => sess_uuid)).toEqual(['s-high']);
  expect(await client.getSession('s-high')).toMatchObject({ risk_score: 85 });
  expect((await textOf(await client.exportSessions({ format: 'jsonl' }))).split('\n')).toHaveLength(3);
  expect(await client.stats()).toMatchObject({ sessions: 2 });
  expect(await client.days()).toEqual(['2026-01-01']);
});

test('node and keys', async () => {
  expect(await client.node()).toMatchObject({ id: 'node-1' });
  expect(await createApiClient({ baseUrl: node.url }).ready()).toMatchObject({ ready: true });
  const { id, key } = await client.createKey({ name: 'proxy', role: 'enforcer' });
  const proxy = createApiClient({ baseUrl: node.url, key });
  expect(await proxy.check({ address: '192.0.2.1' })).toMatchObject({ outcome: 'none' });
  expect((await client.listKeys()).map(({ name }) => name)).toContain('proxy');
  expect(await failure(proxy.listKeys())).toMatchObject({ code: 'forbidden', status: 403 });
  expect(await client.revokeKey(id)).toMatchObject({ name: 'proxy' });
  expect(await failure(proxy.check({ address: '192.0.2.1' }))).toMatchObject({
    code: 'unauthenticated',
    status: 401,
  });
});

test('a problem becomes an error with its mistakes and the id of the request', async () => {
  const error = await failure(client.listSessions({ limit: 9_999 }));
  expect(error).toMatchObject({
    code: 'bad_request',
    status: 400,
    message: 'The query is not as it should be.',
  });
  expect(error.errors).toEqual([{ where: 'query.limit', message: 'expected a whole number from 1 to 500' }]);
  expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(await failure(client.getSession('a/../b?c#d'))).toMatchObject({ code: 'not_found' });
});

test('nobody there', async () => {
  const url = await serve(() => {});
  for (const server of servers.splice(0)) server.close();
  const error = await failure(createApiClient({ baseUrl: url }).node());
  expect(error).toMatchObject({ code: 'unreachable', status: 0 });
  expect(error.message).toContain(url);
  expect(error.message).toContain('ECONNREFUSED');
});

test('no answer in time', async () => {
  const url = await serve(() => {});
  expect(await failure(createApiClient({ baseUrl: url, timeoutMs: 50 }).node())).toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('no answer within 0.05 s'),
  });
});

test.each<[what: string, listener: RequestListener]>([
  ['text', (_request, response) => response.end('hello')],
  ['an error page', (_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>')],
  [
    'a problem without detail',
    (_request, response) => response.writeHead(500, { 'content-type': 'application/problem+json' }).end('{}'),
  ],
])('%s is no answer of this API', async (_what, listener) => {
  const client = createApiClient({ baseUrl: await serve(listener) });
  expect(await failure(client.node())).toMatchObject({ code: 'bad_answer' });
});

test('a redirect is not followed: the key stays here', async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  const url = await serve((_request, response) => response.writeHead(302, { location: elsewhere }).end());
  await failure(createApiClient({ baseUrl: url, key: 'secret' }).node());
  expect(seen).toEqual([]);
});
