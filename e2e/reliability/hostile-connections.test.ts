import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { seededRandom } from '@aegis/model';
import { freePort } from '@aegis/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';

const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);
const BANNED = '203.0.113.7';
const OTHER = '198.51.100.1';
const FLOOD = 400;
/** What the node may grow by while it is treated so, MiB. */
const GROWTH_LIMIT_MIB = 200;

let node: RunningAegis;
let ports: Readonly<Record<'api' | 'decoy' | 'proxied' | 'grpc' | 'crowdsec', number>>;
let before: number;
const sockets = new Set<Socket>();

beforeAll(async () => {
  const [proxied, grpc, crowdsec] = [await freePort(), await freePort(), await freePort()];
  node = await startAegis({
    env: {
      AEGIS_HTTP_TRUSTED_PROXIES: '127.0.0.1',
      AEGIS_HTTP_LIMITS_HEADERS_TIMEOUT: '2s',
      AEGIS_HTTP_PROXY_PROTOCOL_ENABLED: 'true',
      AEGIS_HTTP_PROXY_PROTOCOL_PORT: String(proxied),
      AEGIS_HTTP_PROXY_PROTOCOL_FROM: '127.0.0.1',
      AEGIS_GRPC_ENABLED: 'true',
      AEGIS_GRPC_PORT: String(grpc),
      AEGIS_CROWDSEC_ENABLED: 'true',
      AEGIS_CROWDSEC_PORT: String(crowdsec),
    },
  });
  const portOf = (url: string): number => Number(new URL(url).port);
  ports = { api: portOf(node.api), decoy: portOf(node.decoy), proxied, grpc, crowdsec };
  expect((await node.run(['decisions', 'add', BANNED, '--reason', 'test'])).code).toBe(0);
  await everyFaceIsRight();
  before = residentMib();
}, 120_000);

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  expect(await node.stop()).toBe(0);
});

function residentMib(): number {
  const status = readFileSync(join('/proc', String(node.pid), 'status'), 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function open(port: number, first?: string | Uint8Array): Socket {
  const socket = connect(port, '127.0.0.1')
    .on('error', () => {})
    .resume();
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  if (first !== undefined) socket.write(first);
  return socket;
}

/** What it is told until the connection ends. */
async function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

const check = (client: string, more = ''): string =>
  `GET /check HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: ${node.key}\r\nx-forwarded-for: ${client}\r\n${more}\r\n`;

async function statusOf(port: number, request: string): Promise<number> {
  return Number((await heard(open(port, request))).slice(9, 12));
}

/** The right answers for the others, on every port. */
async function everyFaceIsRight(): Promise<void> {
  expect(await statusOf(ports.api, check(BANNED))).toBe(403);
  expect(await statusOf(ports.api, check(OTHER))).toBe(200);
  const line = (client: string): string => `PROXY TCP4 ${client} 192.0.2.1 40000 443\r\n`;
  const direct = check('').replace(/x-forwarded-for.*\r\n/, '');
  expect(await statusOf(ports.proxied, line(BANNED) + direct)).toBe(403);
  expect(await statusOf(ports.proxied, line(OTHER) + direct)).toBe(200);
  const ask = (client: string): string =>
    `GET /v1/decisions?ip=${client} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: ${node.key}\r\n\r\n`;
  expect(await heard(open(ports.crowdsec, ask(BANNED)))).toContain('"type":"ban"');
  expect(await heard(open(ports.crowdsec, ask(OTHER)))).toMatch(/\r\n\r\n(?:4\r\n)?null/);
  expect(await grpcOutcome(BANNED)).toBe(6);
  expect(await grpcOutcome(OTHER)).toBe(0);
}

/** The outcome of `aegis.check.v1`: its number, the first field of the answer. */
async function grpcOutcome(client: string): Promise<number> {
  const session = connectHttp2(`http://127.0.0.1:${ports.grpc}`).on('error', () => {});
  try {
    const call = session.request({
      ':method': 'POST',
      ':path': '/aegis.check.v1.CheckService/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-api-key': node.key,
    });
    const message = Buffer.concat([Buffer.of(0x0a, client.length), Buffer.from(client)]);
    call.end(Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]));
    const chunks: Buffer[] = [];
    for await (const chunk of call) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks)[6] ?? -1;
  } finally {
    session.close();
  }
}

describe('forwarding headers', () => {
  test.each<[string, string, number]>([
    ['64 KiB of addresses', `x-forwarded-for: ${`${OTHER}, `.repeat(4_800)}${BANNED}\r\n`, 431],
    [
      '12 KiB of addresses, the last one banned',
      `x-forwarded-for: ${`${OTHER}, `.repeat(800)}${BANNED}\r\n`,
      403,
    ],
    [
      '12 KiB of addresses, the last one not',
      `x-forwarded-for: ${`${BANNED}, `.repeat(800)}${OTHER}\r\n`,
      200,
    ],
    ['12 KiB of commas', `x-forwarded-for: ${','.repeat(12_000)}\r\n`, 200],
    ['words', 'x-forwarded-for: unknown, _hidden, "\\", localhost\r\n', 200],
    [
      'many headers of one name',
      `${`x-forwarded-for: ${OTHER}\r\n`.repeat(300)}x-forwarded-for: ${BANNED}\r\n`,
      403,
    ],
    ['a header without a colon', 'x-forwarded-for\r\n', 400],
    ['a header with a blank in its name', 'x forwarded for: 192.0.2.1\r\n', 400],
    ['a control character', 'x-forwarded-for: 192.0.2.1\u0001\r\n', 400],
    ['a folded header', 'x-forwarded-for: 192.0.2.1,\r\n 192.0.2.2\r\n', 400],
    ['5,000 headers', Array.from({ length: 5_000 }, (_, n) => `x-${n}: 1\r\n`).join(''), 431],
  ])('that are %s have their answer', async (_, headers, status) => {
    const request = check('').replace(/x-forwarded-for: \r\n/, headers);
    expect(await statusOf(ports.api, request)).toBe(status);
  });
});

test(`garbage on every port is answered or ended, and nobody else notices (AEGIS_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const bytes = (length: number): Uint8Array =>
    Uint8Array.from({ length }, () => Math.floor(random.next() * 256));
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const begin: readonly Uint8Array[] = [
    new Uint8Array(),
    preface,
    Buffer.concat([preface, Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0)]),
    Buffer.from('PROXY TCP4 '),
    Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
    Buffer.from('POST /v1/alerts HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n'),
  ];
  const all = Object.values(ports).flatMap((port) =>
    Array.from({ length: 60 }, (_, n) =>
      open(
        port,
        Buffer.concat([begin[n % begin.length] as Uint8Array, bytes(1 + Math.floor(random.next() * 4_000))]),
      ),
    ),
  );
  await everyFaceIsRight();
  for (const socket of all) socket.destroy();
});

test('who begins and does not go on is dropped, and holds nobody up meanwhile', async () => {
  const slow = [
    ...['api', 'proxied'].map((name) => [name, 'GET /check HTTP/1.1\r\nhost: x\r\nx-slow: '] as const),
    ['proxied', 'PROXY TCP4 192.0.2.7 '] as const,
    ['api', ''] as const,
  ].flatMap(([name, text]) =>
    Array.from({ length: 100 }, () => open(ports[name as 'api' | 'proxied'], text)),
  );
  await everyFaceIsRight();
  await eventually(
    'they are gone',
    async () => (slow.every(({ closed }) => closed) ? true : undefined),
    60_000,
  );
}, 120_000);

test('floods of connections leave the others their answers', async () => {
  const flood = Object.values(ports).flatMap((port) => Array.from({ length: FLOOD }, () => open(port)));
  await eventually('all are tried', async () =>
    flood.some(({ connecting }) => connecting) ? undefined : true,
  );
  await everyFaceIsRight();
  for (const socket of flood) socket.destroy();
  await everyFaceIsRight();
}, 120_000);

test('resets of streams without end are not waited for', async () => {
  // Requests that are cancelled at once (CVE-2023-44487), from a client of its own.
  const session = connectHttp2(`http://127.0.0.1:${ports.grpc}`).on('error', () => {});
  for (let n = 0; n < 5_000 && !session.destroyed; n++)
    session
      .request({ ':method': 'POST', ':path': '/x', 'content-type': 'application/grpc' })
      .on('error', () => {})
      .close(8);
  await everyFaceIsRight();
  session.destroy();
}, 120_000);

test('after all this it has grown by little and logged no fault of its own', async () => {
  await everyFaceIsRight();
  expect(residentMib() - before).toBeLessThan(GROWTH_LIMIT_MIB);
  expect(node.log()).not.toMatch(/TypeError|RangeError|UnhandledPromise|FATAL/);
});
