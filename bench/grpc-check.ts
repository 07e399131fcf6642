import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIPv4 } from '@aegis/model';
import { type AegisNode, startAegisNode } from './aegis-node.ts';
import { bareProcess } from './bare-process.ts';
import type { GrpcLoad, GrpcLoadReport } from './grpc-load.ts';
import { processAtRest, processCpuSeconds } from './process-cpu.ts';
import type { Bench, Result } from './result.ts';
import { runChild } from './run-child.ts';

const BANNED = 100_000;
const ASKED = 4_096;
/** Addresses of one message. */
const BATCH = 1_000;

/**
 * The gRPC server of a real node, asked by a process of its own: Envoy's `Check` by calls of their own, single checks
 * on one stream, and messages of 1,000 addresses on one stream. Every fourth client is banned; the first answers are
 * looked at before anything counts. The calls are made in turns with those of a server that does nothing but answer:
 * the ceiling of node:http2.
 */
export const bench: Bench = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-feed-'));
  const url = join(folder, 'bans.txt');
  writeFileSync(url, Array.from({ length: BANNED }, (_, n) => address(n)).join('\n'));
  const node = await startAegisNode({
    ...{ AEGIS_GRPC_ENABLED: 'true', AEGIS_GRPC_PORT: '0' },
    AEGIS_FEEDS: JSON.stringify([{ name: 'bench', url }]),
  });
  try {
    while (!(await isBanned(node, address(BANNED - 1)))) await sleep(100);
    await processAtRest(node.pid);
    const times = quick ? QUICK : WHOLE;
    const ours = { place: node.grpc, pid: node.pid, key: node.key };
    const [unary, bare] = await bareProcess('bare-grpc-server.ts', (port, pid) =>
      inTurns(times, UNARY, [ours, { place: `127.0.0.1:${port}`, pid, key: node.key }]),
    );
    const [streamed] = await inTurns(times, STREAMED, [ours]);
    const [batched] = await inTurns(times, BATCHED, [ours]);
    return [
      {
        ...result('ext_authz_unary', unary, 60_000),
        note: `CPU a call ${micros(unary)} us, of bare node:http2 ${micros(bare)} us`,
        peers: [{ name: 'bare node:http2', value: Math.round(fastest(bare)) }],
      },
      result('checks_streamed', streamed, 100_000),
      result('checks_batched', batched, 3_000_000),
    ];
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** How long a server is asked before it counts, and how long and often it counts, ms. */
interface Times {
  /** Long enough for the compiler to be done with what is measured. */
  readonly warmMs: number;
  readonly measureMs: number;
  readonly rounds: number;
}

const QUICK: Times = { warmMs: 3_000, measureMs: 2_000, rounds: 2 };
const WHOLE: Times = { warmMs: 4_000, measureMs: 8_000, rounds: 3 };

interface Shape {
  readonly path: string;
  readonly messages: readonly Buffer[];
  readonly kind: GrpcLoad['kind'];
  readonly window: number;
  readonly isRefusal: (answer: string) => boolean;
  /** Checks of one message. */
  readonly each: number;
}

interface Server {
  /** `127.0.0.1:8412` */
  readonly place: string;
  readonly pid: number;
  readonly key: string;
}

interface Measured {
  readonly checks: number;
  readonly seconds: number;
  /** What the server had of a core for it, s. */
  readonly core: number;
}

function result(name: string, rounds: readonly Measured[], goal: number): Result {
  const [value, core] = [Math.round(fastest(rounds)), Math.round(perCore(rounds))];
  return { name, unit: 'checks/s', better: 'higher', value, perCoreSecond: core, goal };
}

/** Checks a second by the clock, in the best round. */
function fastest(rounds: readonly Measured[]): number {
  return Math.max(...rounds.map(({ checks, seconds }) => checks / seconds));
}

/** Checks for a second of a core, over all rounds. */
function perCore(rounds: readonly Measured[]): number {
  const sum = (of: (each: Measured) => number): number => rounds.reduce((total, each) => total + of(each), 0);
  return sum(({ checks }) => checks) / sum(({ core }) => core);
}

function micros(rounds: readonly Measured[]): number {
  return Math.round(1e7 / perCore(rounds)) / 10;
}

/** Rounds of each server, one after the other, so that all have the machine in the same state. Ours is the first. */
async function inTurns<S extends readonly Server[]>(
  { warmMs, measureMs, rounds }: Times,
  shape: Shape,
  servers: readonly [...S],
): Promise<{ [K in keyof S]: readonly Measured[] }> {
  const measured = servers.map((): Measured[] => []);
  for (const [index, server] of servers.entries()) {
    const { first } = await load(server, shape, warmMs, 1);
    if (index === 0) compare(shape, first);
  }
  for (let round = 0; round < rounds; round++)
    for (const [index, server] of servers.entries()) {
      const before = processCpuSeconds(server.pid);
      const { answers, seconds } = await load(server, shape, 0, measureMs);
      const core = processCpuSeconds(server.pid) - before;
      measured[index]?.push({ checks: answers * shape.each, seconds, core });
    }
  return measured as unknown as { [K in keyof S]: readonly Measured[] };
}

function load(server: Server, shape: Shape, warmMs: number, measureMs: number): Promise<GrpcLoadReport> {
  const [host = '', port] = server.place.split(':');
  const { path, kind, window, messages } = shape;
  return runChild<GrpcLoadReport>('grpc-load.ts', {
    ...{ host, port: Number(port), path, kind, window, key: server.key, warmMs, measureMs },
    messages: messages.map((message) => message.toString('base64')),
  } satisfies GrpcLoad);
}

/** Throws where the first answers are not those that are due. */
function compare({ path, isRefusal, each }: Shape, first: readonly string[]): void {
  const refused = first.filter((answer) => isRefusal(Buffer.from(answer, 'base64').toString('latin1')));
  // One message of a batch has banned ones among it; of single ones every fourth is banned.
  const wanted = each === 1 ? first.length / 4 : first.length;
  if (first.length === 0 || refused.length !== wanted)
    throw new Error(`${path}: ${refused.length} of ${first.length} answers were refusals, not ${wanted}`);
}

/** The n-th of very many addresses of which none comes twice. */
function address(n: number): string {
  return formatIPv4(0x0b00_0000 + (Math.imul(n, 2_654_435_761) & 0x3fff_ffff));
}

const clients: readonly string[] = Array.from({ length: ASKED }, (_, n) =>
  address(n % 4 === 0 ? (n * 7_919) % BANNED : 1_000_000 + n),
);

function batches(): readonly Buffer[] {
  return Array.from({ length: 16 }, (_, batch) =>
    Buffer.concat(
      Array.from({ length: BATCH }, (__, n) => {
        // One in a hundred, as at a gateway at work.
        const at = batch * BATCH + n;
        return field(1, Buffer.from(address(n % 100 === 0 ? at : 2_000_000 + at)));
      }),
    ),
  );
}

async function isBanned({ api, key }: AegisNode, client: string): Promise<boolean> {
  const response = await fetch(`${api}/v1/check?address=${client}`, { headers: { 'x-api-key': key } });
  await response.body?.cancel();
  return response.status === 403;
}

/** A field with bytes, by its number. */
function field(number: number, bytes: Buffer): Buffer {
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.of(number * 8 + 2, ...length), bytes]);
}

/** `envoy.service.auth.v3.CheckRequest` of an ordinary request. */
function authorizationRequest(client: string): Buffer {
  const text = (number: number, value: string): Buffer => field(number, Buffer.from(value));
  const header = (name: string, value: string): Buffer =>
    field(3, Buffer.concat([text(1, name), text(2, value)]));
  const source = field(1, field(1, field(1, text(2, client))));
  const http = Buffer.concat([
    text(1, '1234567890'),
    text(2, 'GET'),
    header(':authority', 'example.org'),
    header('user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0'),
    header('accept', 'text/html'),
    header('x-request-id', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'),
    text(4, '/page?x=1'),
    text(5, 'example.org'),
    text(6, 'https'),
  ]);
  return field(1, Buffer.concat([source, field(4, field(2, http))]));
}

const UNARY: Shape = {
  path: '/envoy.service.auth.v3.Authorization/Check',
  messages: clients.map((client) => authorizationRequest(client)),
  kind: 'calls',
  window: 800,
  isRefusal: (answer) => answer.includes('reference'),
  each: 1,
};

const STREAMED: Shape = {
  path: '/aegis.check.v1.CheckService/CheckStream',
  messages: clients.map((client) => field(1, Buffer.from(client))),
  kind: 'stream',
  window: 2_000,
  isRefusal: (answer) => answer.includes('feed:bench'),
  each: 1,
};

const BATCHED: Shape = {
  path: '/aegis.check.v1.CheckService/CheckAddressesStream',
  messages: batches(),
  kind: 'stream',
  window: 16,
  isRefusal: (answer) => answer.includes('feed:bench'),
  each: BATCH,
};
