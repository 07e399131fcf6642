import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { silentLogger } from '@aegis/model';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { connectFrom, exchange, readAll, startDecoy, testClock } from './decoy-fixture.ts';
import { createDecoyServer } from './decoy-server.ts';

const CLOSE = 'Host: www.larkfield.example\r\nConnection: close\r\n\r\n';

test('a request becomes an event with all that analysis needs', async () => {
  await using decoy = await startDecoy();
  await fetch(`${decoy.url}/login?a=%3Cb%3E`, {
    method: 'POST',
    headers: { 'user-agent': 'sqlmap/1.7', cookie: 'PHPSESSID=abc; __proto__=x' },
    body: new URLSearchParams({ username: 'admin', password: 'x' }),
  });
  expect(decoy.events).toHaveLength(1);
  const [event] = decoy.events;
  expect(event).toMatchObject({
    client: '127.0.0.1',
    login: { username: 'admin', password: 'x' },
    request: { kind: 'http', method: 'POST', target: '/login?a=%3Cb%3E', status: 200 },
  });
  expect(event?.request.body).toBe('username=admin&password=x');
  expect(event?.request.headers['user-agent']).toBe('sqlmap/1.7');
  expect(Object.entries(event?.request.cookies ?? {})).toEqual([
    ['PHPSESSID', 'abc'],
    ['__proto__', 'x'],
  ]);
});

test('unusual methods are answered and told', async () => {
  await using decoy = await startDecoy();
  const status = async (line: string): Promise<string> =>
    (await exchange(decoy.port, `${line}\r\n${CLOSE}`)).slice(9, 12);
  expect(await status('HEAD / HTTP/1.1')).toBe('200');
  expect(await status('OPTIONS / HTTP/1.1')).toBe('200');
  for (const method of ['TRACE', 'PROPFIND', 'PUT', 'DELETE']) {
    expect(await status(`${method} / HTTP/1.1`)).toBe('405');
  }
  expect(await status('CONNECT mail.example:25 HTTP/1.1')).toBe('405');
  expect(await status('GET / HTTP/1.0')).toBe('200');
  const methods = ['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'PUT', 'DELETE', 'CONNECT', 'GET'];
  expect(decoy.events.map(({ request }) => request.method)).toEqual(methods);
  expect(await exchange(decoy.port, `HEAD / HTTP/1.1\r\n${CLOSE}`)).not.toContain('<html');
});

test('what is no HTTP becomes an event too', async () => {
  await using decoy = await startDecoy();
  const tls = Uint8Array.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]);
  expect(await exchange(decoy.port, tls)).toMatch(/^HTTP\/1.1 400 /);
  expect(await exchange(decoy.port, 'HELP\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  expect(await exchange(decoy.port, 'GET /a b c HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  expect(await exchange(decoy.port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
    /^HTTP\/1.1 400 /,
  );
  expect(decoy.events.map(({ request }) => [request.method, request.target, request.label])).toEqual([
    ['INVALID', '/', 'protocol_attack'],
    ['HELP', '/', 'protocol_attack'],
    ['GET', '/a', 'protocol_attack'],
    ['GET', '/', undefined],
  ]);
  expect(decoy.events[0]?.request.body).toBe('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
});

test('random bytes never harm it', async () => {
  await using decoy = await startDecoy({ headersTimeoutMs: 500, requestTimeoutMs: 500, silenceMs: 500 });
  const request = fc
    .string({ unit: 'binary-ascii', maxLength: 60 })
    .map((text) => `GET /${text} HTTP/1.1\r\n${CLOSE}`);
  const bytes = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 300 }), request);
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 5, maxLength: 20 }), async (blobs) => {
      await Promise.all(
        blobs.map(async (blob) => {
          const socket = await connectFrom('127.0.0.9', decoy.port);
          const answered = readAll(socket);
          socket.end(blob);
          await answered;
        }),
      );
      expect((await fetch(`${decoy.url}/`)).status).toBe(200);
    }),
    { numRuns: 25 },
  );
  expect(decoy.events.length).toBeGreaterThan(25);
});

test('64 KB of headers are refused', async () => {
  await using decoy = await startDecoy();
  const answer = await exchange(decoy.port, `GET / HTTP/1.1\r\nX: ${'a'.repeat(65_536)}\r\n${CLOSE}`);
  expect(answer).toMatch(/^HTTP\/1.1 431 /);
  expect(decoy.events[0]?.request.status).toBe(431);
  expect(decoy.events[0]?.request.body?.length).toBeLessThanOrEqual(8192);
});

test('a huge body is cut: its beginning is kept, the connection closed', async () => {
  await using decoy = await startDecoy();
  const socket = await connectFrom('127.0.0.1', decoy.port);
  const answered = readAll(socket);
  const size = 50 * 1024 * 1024;
  socket.write(`POST /photos HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
  let sent = 0;
  while (!socket.destroyed && sent < size) {
    sent += 65_536;
    await new Promise((resolve) => socket.write(Buffer.alloc(65_536, 'b'), resolve));
  }
  await answered;
  expect(sent).toBeLessThan(size);
  expect(decoy.events).toHaveLength(1);
  expect(decoy.events[0]?.request).toMatchObject({ status: 413, body: 'b'.repeat(8192) });
});

test('a body that ends early is told as far as it came', async () => {
  await using decoy = await startDecoy();
  const socket = await connectFrom('127.0.0.1', decoy.port);
  socket.write('POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nusername=adm');
  await vi.waitFor(() => expect(socket.bytesWritten).toBeGreaterThan(60));
  socket.destroy();
  await vi.waitFor(() => expect(decoy.events).toHaveLength(1));
  expect(decoy.events[0]?.request.body).toBe('username=adm');
});

test('clients that are slow with headers or body are sent away and told once', async () => {
  await using decoy = await startDecoy({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
  const slowHeaders = exchange(decoy.port, 'GET / HTTP/1.1\r\nX-a: b\r\n');
  const slowBody = exchange(
    decoy.port,
    'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab',
    '127.0.0.2',
  );
  const silent = exchange(decoy.port, '', '127.0.0.3');
  expect(await slowHeaders).toMatch(/^HTTP\/1.1 408 /);
  await slowBody;
  await silent;
  await vi.waitFor(() => expect(decoy.events).toHaveLength(2));
  expect(new Set(decoy.events.map(({ client }) => client))).toEqual(new Set(['127.0.0.1', '127.0.0.2']));
});

test('a connection lives only so long, whatever happens on it', async () => {
  await using decoy = await startDecoy({ connectionMs: 300 });
  const socket = await connectFrom('127.0.0.1', decoy.port);
  const closed = readAll(socket);
  const trickle = setInterval(() => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 20);
  await closed;
  clearInterval(trickle);
  expect(decoy.events.length).toBeGreaterThan(0);
});

test('one client cannot take all connections from the others', async () => {
  await using decoy = await startDecoy({ maxConnections: 100, maxConnectionsPerClient: 20 });
  const sockets = await Promise.all(Array.from({ length: 60 }, () => connectFrom('127.0.0.66', decoy.port)));
  const closed = (): number => sockets.filter((socket) => socket.destroyed).length;
  for (const socket of sockets) socket.resume();
  await vi.waitFor(() => expect(closed()).toBe(40));
  expect(await exchange(decoy.port, `GET / HTTP/1.1\r\n${CLOSE}`, '127.0.0.67')).toMatch(/^HTTP\/1.1 200 /);
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(async () => {
    expect(await exchange(decoy.port, `GET / HTTP/1.1\r\n${CLOSE}`, '127.0.0.66')).toMatch(/^HTTP\/1.1 200 /);
  });
});

test('memory stays bounded while hundreds stall and thousands ask', async () => {
  await using decoy = await startDecoy({ maxConnections: 400, maxConnectionsPerClient: 100 });
  const before = process.memoryUsage().rss;
  const stalled = await Promise.all(
    Array.from({ length: 300 }, (_, i) => connectFrom(`127.0.1.${1 + (i % 4)}`, decoy.port)),
  );
  for (const socket of stalled)
    socket.write(`POST /photos HTTP/1.1\r\nContent-Length: 250000\r\n\r\n${'c'.repeat(60_000)}`);
  const requests = 'GET /shop HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(900);
  const floods = await Promise.all(
    Array.from({ length: 5 }, () =>
      exchange(decoy.port, `${requests}GET / HTTP/1.1\r\n${CLOSE}`, '127.0.1.9'),
    ),
  );
  for (const flood of floods) expect(flood.split('HTTP/1.1 200 ').length - 1).toBe(901);
  expect((await fetch(`${decoy.url}/`)).status).toBe(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  for (const socket of stalled) socket.destroy();
});

test('a connection carries a bounded number of requests', async () => {
  await using decoy = await startDecoy({ maxRequestsPerConnection: 3 });
  const answer = await exchange(decoy.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(8));
  expect(answer.split('HTTP/1.1 200 ').length - 1).toBe(3);
});

test('an event that cannot be taken is lost and nothing else', async () => {
  const server = createDecoyServer({
    onEvent: () => {
      throw new Error('full');
    },
    clock: testClock,
    logger: silentLogger,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  await server.close();
});

test('a port that is taken is a fault with a name', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const server = createDecoyServer({ onEvent: () => {}, clock: testClock, logger: silentLogger });
  await expect(server.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'decoy_listen_failed' });
  other.close();
});
