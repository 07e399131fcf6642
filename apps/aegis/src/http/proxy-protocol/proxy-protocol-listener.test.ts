import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { ManualClock, type Prefix, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProxyProtocolListener, type ProxyRefusal } from './proxy-protocol-listener.ts';
import { VERSION_TWO_START } from './version-two.ts';

let behind: Server;
let listener: ProxyProtocolListener | undefined;
let refused: ProxyRefusal[];
let warnings: unknown[];

beforeEach(() => {
  refused = [];
  warnings = [];
  behind = createServer((request, response) => {
    let body = 0;
    request.on('data', (chunk: Buffer) => {
      body += chunk.length;
    });
    request.on('end', () => response.end(`${request.socket.remoteAddress} ${request.url} ${body}`));
  });
});
afterEach(() => {
  listener?.close();
  behind.closeAllConnections();
});

async function open({ from = '127.0.0.0/8', headerTimeoutMs = 60_000 } = {}): Promise<number> {
  listener = new ProxyProtocolListener({
    host: '127.0.0.1',
    port: 0,
    from: [from as Prefix],
    headerTimeoutMs,
    connections: 8,
    serve: (socket) => void behind.emit('connection', socket),
    onRefused: (why) => refused.push(why),
    clock: new ManualClock(),
    logger: { ...silentLogger, warn: (fields) => void warnings.push(fields) },
  });
  const place = await listener.listen();
  return Number(place.split(':')[1]);
}

const connected = (port: number): Socket => connect(port, '127.0.0.1').on('error', () => {});

/** Everything it says until it ends the connection. */
async function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

const request = (path: string, connection = 'close'): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: ${connection}\r\n\r\n`;
const LINE = 'PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n';

test('the client is who the header names, whether the request comes with it or after it', async () => {
  const port = await open();
  const together = connected(port);
  together.write(LINE + request('/together'));
  expect(await heard(together)).toContain('192.0.2.7 /together 0');

  const apart = connected(port);
  for (const byte of LINE) {
    apart.write(byte);
    await new Promise(setImmediate);
  }
  apart.write(request('/apart', 'keep-alive') + request('/again'));
  const text = await heard(apart);
  expect(text).toContain('192.0.2.7 /apart 0');
  expect(text).toContain('192.0.2.7 /again 0');
  expect(refused).toEqual([]);
});

test('a body of megabytes after the header comes through whole', async () => {
  const socket = connected(await open());
  const body = Buffer.alloc(3_000_000, 0x61);
  socket.write(
    `${LINE}POST /upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  expect(await heard(socket)).toContain(`192.0.2.7 /upload ${body.length}`);
});

test('a proxy that speaks for itself is the client', async () => {
  const socket = connected(await open());
  socket.write(Buffer.concat([VERSION_TWO_START, Buffer.of(0x20, 0, 0, 0), Buffer.from(request('/health'))]));
  expect(await heard(socket)).toContain('127.0.0.1 /health 0');
});

test.each<[string, ProxyRefusal, string]>([
  ['without a header', 'malformed', request('/without')],
  ['from nobody', 'malformed', 'PROXY TCP4 nobody 198.51.100.1 40000 443\r\n'],
  ['without an end', 'oversized', `PROXY TCP4 ${'9'.repeat(1_000)}`],
])('a connection %s is not answered', async (_, why, text) => {
  const socket = connected(await open());
  socket.write(text);
  expect(await heard(socket)).toBe('');
  expect(refused).toEqual([why]);
});

test('a stranger is not heard, and one warning tells of many', async () => {
  const port = await open({ from: '192.0.2.0/24' });
  for (let n = 0; n < 5; n++) {
    const socket = connected(port);
    socket.write(LINE + request('/'));
    expect(await heard(socket)).toBe('');
  }
  expect(refused).toEqual(Array.from({ length: 5 }, () => 'stranger'));
  expect(warnings).toEqual([{ from: '127.0.0.1', why: 'stranger' }]);
});

test('a header that does not come to its end in time ends the connection', async () => {
  const socket = connected(await open({ headerTimeoutMs: 50 }));
  socket.write(LINE.slice(0, 20));
  expect(await heard(socket)).toBe('');
  expect(refused).toEqual(['slow']);
});

test('one that leaves before it has said who it is leaves nothing behind', async () => {
  const socket = connected(await open({ headerTimeoutMs: 20 }));
  await once(socket, 'connect');
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(refused).toEqual([]);
});

test('closing drops who waits, and the port is free again', async () => {
  const port = await open();
  const waiting = connected(port);
  await once(waiting, 'connect');
  waiting.write('PROXY ');
  await new Promise(setImmediate);
  listener?.close();
  expect(await heard(waiting)).toBe('');
  const next = createServer().listen(port, '127.0.0.1');
  await once(next, 'listening');
  expect((next.address() as AddressInfo).port).toBe(port);
  next.close();
});
