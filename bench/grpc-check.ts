import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIPv4 } from '@aegis/model';
import { type AegisNode, startAegisNode } from './aegis-node.ts';
import type { GrpcLoad, GrpcLoadReport } from './grpc-load.ts';
import { processCpuSeconds } from './process-cpu.ts';
import type { Bench, Result } from './result.ts';
import { runChild } from './run-child.ts';

const BANNED = 100_000;
const ASKED = 4_096;
/** Addresses of one message. */
const BATCH = 1_000;

/**
 * The gRPC server of a real node, asked by a process of its own: Envoy's `Check` by calls of their own, single checks
 * on one stream, and messages of 1,000 addresses on one stream. Every fourth client is banned; the first answers are
 * looked at before anything counts.
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
    const [measureMs, rounds] = quick ? [3_000, 1] : [8_000, 3];
    const run = (load: Shape): Promise<Measured> => best(rounds, () => asked(node, load, measureMs));
    const unary = await run({
      path: '/envoy.service.auth.v3.Authorization/Check',
      messages: clients.map((client) => authorizationRequest(client)),
      kind: 'calls',
      window: 800,
      isRefusal: (answer) => answer.includes('reference'),
      each: 1,
    });
    const streamed = await run({
      path: '/aegis.check.v1.CheckService/CheckStream',
      messages: clients.map((client) => field(1, Buffer.from(client))),
      kind: 'stream',
      window: 2_000,
      isRefusal: (answer) => answer.includes('feed:bench'),
      each: 1,
    });
    const batched = await run({
      path: '/aegis.check.v1.CheckService/CheckAddressesStream',
      messages: batches(),
      kind: 'stream',
      window: 16,
      isRefusal: (answer) => answer.includes('feed:bench'),
      each: BATCH,
    });
    return [
      result('ext_authz_unary', unary, 60_000),
      result('checks_streamed', streamed, 100_000),
      result('checks_batched', batched, 3_000_000),
    ];
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Shape {
  readonly path: string;
  readonly messages: readonly Buffer[];
  readonly kind: GrpcLoad['kind'];
  readonly window: number;
  readonly isRefusal: (answer: string) => boolean;
  /** Checks of one message. */
  readonly each: number;
}

interface Measured {
  readonly perSecond: number;
  readonly perCoreSecond: number;
}

function result(name: string, { perSecond, perCoreSecond }: Measured, goal: number): Result {
  const [value, core] = [Math.round(perSecond), Math.round(perCoreSecond)];
  return { name, unit: 'checks/s', better: 'higher', value, perCoreSecond: core, goal };
}

async function best(rounds: number, once: () => Promise<Measured>): Promise<Measured> {
  let found = await once();
  for (let round = 1; round < rounds; round++) {
    const next = await once();
    if (next.perSecond > found.perSecond) found = next;
  }
  return found;
}

async function asked(node: AegisNode, shape: Shape, measureMs: number): Promise<Measured> {
  const [host = '', port] = node.grpc.split(':');
  const { path, kind, window, messages, isRefusal, each } = shape;
  const load = (warmMs: number, ms: number): Promise<GrpcLoadReport> =>
    runChild<GrpcLoadReport>('grpc-load.ts', {
      ...{ host, port: Number(port), path, kind, window, key: node.key, warmMs, measureMs: ms },
      messages: messages.map((message) => message.toString('base64')),
    } satisfies GrpcLoad);
  // Long enough for the compiler to be done with what is measured.
  const { first } = await load(4_000, 1);
  const refused = first.filter((answer) => isRefusal(Buffer.from(answer, 'base64').toString('latin1')));
  // One message of a batch has banned ones among it; of single ones every fourth is banned.
  const wanted = each === 1 ? first.length / 4 : first.length;
  if (first.length === 0 || refused.length !== wanted)
    throw new Error(`${path}: ${refused.length} of ${first.length} answers were refusals, not ${wanted}`);
  const before = processCpuSeconds(node.pid);
  const { answers, seconds } = await load(0, measureMs);
  const core = processCpuSeconds(node.pid) - before;
  return { perSecond: (answers * each) / seconds, perCoreSecond: (answers * each) / core };
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
