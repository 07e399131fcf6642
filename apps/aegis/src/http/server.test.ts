import { once } from 'node:events';
import { connect } from 'node:net';
import { AegisError } from '@aegis/model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { rawRequest } from './fixture/raw-request.ts';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;

beforeAll(async () => {
  node = await startTestNode({
    limits: { bodyBytes: 2_000, intakeBodyBytes: 4_000, requestTimeoutMs: 1_500, headersTimeoutMs: 1_000 },
  });
});

afterAll(() => node.close());

interface ProblemAnswer {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly { readonly where: string; readonly message: string }[];
}

async function problemIn(response: Response): Promise<ProblemAnswer> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = (await response.json()) as ProblemAnswer;
  expect(problem.status).toBe(response.status);
  expect(problem.instance).toBe(`urn:aegis:request:${response.headers.get('x-request-id')}`);
  return problem;
}

test('every answer has an id of ours and the security headers, and no banner', async () => {
  for (const path of ['/health/live', '/nothing', '/v1/%zz', '/v1/keys']) {
    const { headers } = await node.fetch(path, { as: 'none', headers: { 'x-request-id': 'forged' } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

describe('what is not there', () => {
  test.each(['/nothing', '/v1', '//', '/V1/keys', '/v1/decisions/a/b'])('%s is 404', async (path) => {
    expect(await problemIn(await node.fetch(path))).toMatchObject({
      status: 404,
      type: 'urn:aegis:problem:not_found',
    });
  });

  test.each([
    ['PUT', '/v1/keys', 'GET, HEAD, POST'],
    ['POST', '/v1/keys/x', 'DELETE'],
    ['PATCH', '/v1/decisions/x', 'DELETE, GET, HEAD'],
    ['OPTIONS', '/v1/check', 'GET, HEAD, POST'],
    ['POST', '/v1/decisions/stream', 'DELETE, GET, HEAD'],
  ])('%s %s is 405', async (method, path, allow) => {
    const response = await node.fetch(path, { method });
    expect(await problemIn(response)).toMatchObject({ type: 'urn:aegis:problem:method_not_allowed' });
    expect(response.headers.get('allow')).toBe(allow);
  });

  test('HEAD is GET without the body', async () => {
    const response = await node.fetch('/v1/node', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('bodies', () => {
  test.each([undefined, 'application/x-www-form-urlencoded', 'text/json', '', '__proto__'])(
    'of type %j are 415',
    async (type) => {
      const headers = type === undefined ? {} : { 'content-type': type };
      const response = await node.fetch('/v1/keys', { method: 'POST', headers, body: Buffer.from('{}') });
      expect(await problemIn(response)).toMatchObject({ status: 415 });
      expect(response.headers.get('accept')).toBe('application/json');
    },
  );

  test('compressed are 415', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect((await node.fetch('/v1/keys', { method: 'POST', headers, body: 'x' })).status).toBe(415);
  });

  test('too large are 413, each by its own limit', async () => {
    const large = { name: 'x'.repeat(3_000), role: 'viewer' };
    expect(await problemIn(await node.fetch('/v1/keys', { json: large }))).toMatchObject({ status: 413 });
    const list = Array.from({ length: 30 }, () => ({ scope: 'ip', value: '192.0.2.1', reason: 'bulk' }));
    expect((await node.fetch('/v1/decisions', { json: list })).status).toBe(200);
    expect((await node.fetch('/v1/decisions', { json: [...list, ...list, ...list] })).status).toBe(413);
  });

  test('too large are 413 where their length is not told', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 100; i++) controller.enqueue(Buffer.from(' '.repeat(1_000)));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    // The server may hang up while the rest is still being sent.
    const status = await node.fetch('/v1/keys', init).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  test.each([
    ['{"name":"x",}', 'not JSON: unexpected "}" at line 1, column 13'],
    ['', 'not JSON: ends too early at line 1, column 1'],
    ['['.repeat(1_000), 'nested more than 64 deep at line 1, column 65'],
  ])('%j is refused with the place', async (body, message) => {
    const response = await node.fetch('/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await problemIn(response)).toMatchObject({ status: 400, errors: [{ where: 'body', message }] });
  });

  test('every mistake is named by its place', async () => {
    const json = [
      { scope: 'ip', value: '192.0.2.1', reason: 'x' },
      { scope: 'planet', value: 3, extra: 1 },
    ];
    const { errors = [] } = await problemIn(await node.fetch('/v1/decisions', { json }));
    expect(errors.map(({ where }) => where).sort()).toEqual([
      'body[1].extra',
      'body[1].reason',
      'body[1].scope',
      'body[1].value',
    ]);
  });

  test('hostile names neither pollute nor crash', async () => {
    const body =
      '{"scope":"ip","value":"192.0.2.1","reason":"x","__proto__":{"polluted":1},"constructor":{"prototype":{}}}';
    const response = await node.fetch('/v1/decisions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('queries', () => {
  test('what is not known, twice or no number is named', async () => {
    const response = await node.fetch('/v1/sessions?limit=501&limit=2&min_score=x&__proto__=1&colour=red');
    const { errors = [] } = await problemIn(response);
    expect(errors.map(({ where }) => where).sort()).toEqual([
      'query.__proto__',
      'query.colour',
      'query.limit',
      'query.min_score',
    ]);
  });

  test('a path that takes none says so', async () => {
    expect(await problemIn(await node.fetch('/v1/node?x=1'))).toMatchObject({
      errors: [{ where: 'query.x' }],
    });
  });
});

describe('faults', () => {
  test.each([
    [new AegisError('memory_unavailable', 'secret /var/lib/x'), 503],
    [new Error('secret /var/lib/x'), 500],
  ])('%s is answered without a word of it', async (fault, status) => {
    const failing = vi.spyOn(node.services.memory, 'patterns').mockRejectedValueOnce(fault);
    const response = await node.fetch('/v1/memory/patterns');
    const problem = await problemIn(response);
    expect(response.status).toBe(status);
    expect(JSON.stringify(problem)).not.toMatch(/secret|var|at /);
    failing.mockRestore();
  });
});

describe('what is hardly HTTP', () => {
  test.each([
    [`GET / HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['NONSENSE\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\n\r\n', 400],
    ['POST /v1/keys HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400],
    ['POST /v1/keys HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ])('%.40j is answered with a problem', async (text, status) => {
    const answer = await rawRequest(node.url, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
  });

  test('headers that do not come end the connection', async () => {
    expect(await rawRequest(node.url, 'GET / HTTP/1.1\r\nHost: a\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a body that does not come ends the connection', async () => {
    const key = `Authorization: Bearer ${node.keys.admin}\r\nContent-Type: application/json\r\n`;
    const head = `POST /v1/keys HTTP/1.1\r\nHost: a\r\n${key}Content-Length: 10\r\n\r\n{`;
    expect(await rawRequest(node.url, head)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a client that leaves half way harms nobody', async () => {
    const { hostname, port } = new URL(node.url);
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`POST /v1/sessions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${node.keys.sensor}\r\n`);
      socket.write('Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{"sess');
      socket.destroy();
    }
    expect((await node.fetch('/health/live')).status).toBe(200);
  });
});

test('connections are bounded', async () => {
  const small = await startTestNode({ limits: { connections: 2 } });
  const { hostname, port } = new URL(small.url);
  const held = await Promise.all(
    [1, 2].map(async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      return socket;
    }),
  );
  await vi.waitFor(async () =>
    expect(await rawRequest(small.url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe(''),
  );
  for (const socket of held) socket.destroy();
  await small.close();
});

test('closing lets a request under way finish and takes no new one', async () => {
  const closing = await startTestNode({ limits: { graceMs: 5_000 } });
  const held = Promise.withResolvers<readonly string[]>();
  const days = vi.spyOn(closing.services.archive, 'days').mockReturnValueOnce(held.promise);
  const underWay = closing.fetch('/v1/days');
  await vi.waitFor(() => expect(days).toHaveBeenCalled());
  const closed = closing.close();
  await vi.waitFor(() => expect(closing.fetch('/health/live')).rejects.toThrow());
  held.resolve(['2026-01-01']);
  expect(await (await underWay).json()).toEqual({ days: ['2026-01-01'] });
  await closed;
});

test('closing does not wait for a connection that was never used', async () => {
  const closing = await startTestNode({ limits: { graceMs: 60_000 } });
  const { hostname, port } = new URL(closing.url);
  const unused = connect(Number(port), hostname);
  await once(unused, 'connect');
  const ended = once(unused, 'close');
  await closing.close();
  await ended;
});

test('closing does not wait longer than the time of grace', async () => {
  const closing = await startTestNode({ limits: { graceMs: 50 } });
  const days = vi.spyOn(closing.services.archive, 'days').mockReturnValueOnce(new Promise(() => {}));
  const underWay = closing.fetch('/v1/days').catch(() => 'cut off');
  await vi.waitFor(() => expect(days).toHaveBeenCalled());
  await closing.close();
  expect(await underWay).toBe('cut off');
});

test('answers are told for metrics by the pattern of their route', async () => {
  await node.fetch('/v1/decisions/d-000001');
  await node.fetch('/secret-path');
  await vi.waitFor(() => {
    const routes = node.answers.map(({ route, status }) => `${status} ${route}`);
    expect(routes).toContain('200 /v1/decisions/:id');
    expect(routes).toContain('404 unknown');
  });
});
