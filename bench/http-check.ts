import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIPv4 } from '@aegis/model';
import { freePort } from '@aegis/testing';
import { type AegisNode, startAegisNode } from './aegis-node.ts';
import { bareProcess } from './bare-process.ts';
import { type CrowdsecLapi, startCrowdsecLapi } from './crowdsec-lapi.ts';
import type { HttpLoad, HttpLoadReport } from './http-load.ts';
import { processAtRest, processCpuSeconds } from './process-cpu.ts';
import type { Bench, Result } from './result.ts';
import { runChild } from './run-child.ts';

const CONNECTIONS = 32;
const ASKED = 4_000;
/** Answers that are compared with the peer's before anything is measured. */
const COMPARED = 100;

interface Measured extends HttpLoadReport {
  readonly rps: number;
  /** What the server had of a core for it, s. */
  readonly core: number;
  /** Answers for a second of a core of the server. */
  readonly perCoreSecond: number;
}

interface Load {
  readonly port: number;
  /** Of the server. */
  readonly pid: number;
  readonly requests: readonly string[];
}

/** How long a server is asked before it counts, and how long and often it counts, ms. */
interface Times {
  readonly warmMs: number;
  readonly measureMs: number;
  readonly rounds: number;
  readonly lapiBans: number;
}

const QUICK: Times = { warmMs: 2_500, measureMs: 1_500, rounds: 2, lapiBans: 5_000 };
const WHOLE: Times = { warmMs: 3_000, measureMs: 6_000, rounds: 3, lapiBans: 50_000 };

/**
 * The HTTP check service of a real node, asked by a process of its own over keep-alive connections: `GET /check` with
 * the client in X-Forwarded-For, every other one banned. CrowdSec's server and this node's CrowdSec port are asked the
 * same `GET /v1/decisions?ip=`; a bare Node server, asked in turns with the node, is the ceiling. Ratios are of answers
 * for a second of a core of the server, which depends least on what else the machine does.
 */
export const bench: Bench = async ({ quick }) => {
  const times = quick ? QUICK : WHOLE;
  const beside = await onNode(10_000, (node) =>
    bareProcess('bare-server.ts', (port, pid) =>
      inTurns(times, [checks(node, 10_000), { port, pid, requests: [BARE] }]),
    ),
  );
  const [small, bare] = [best(beside[0]), best(beside[1])];
  const large = await onNode(1_000_000, async (node) => {
    const [rounds] = await inTurns(times, [checks(node, 1_000_000)]);
    return best(rounds);
  });
  const peer = await besideLapi(times);
  const note = 'decisions of a feed';
  const rate = (name: string, measured: Measured): Result => ({
    ...{ name, unit: 'requests/s', better: 'higher', value: Math.round(measured.rps), note },
    perCoreSecond: Math.round(measured.perCoreSecond),
    peers: [
      { name: 'bare Node server', value: Math.round(bare.rps) },
      ...(typeof peer === 'string'
        ? []
        : [{ name: peer.name, value: Math.round(peer.theirs.rps), entries: times.lapiBans }]),
    ],
  });
  return [
    rate('rps_10k', small),
    rate('rps_1m', large),
    { name: 'p50_1m', unit: 'ms', better: 'lower', value: large.p50, note: `${CONNECTIONS} connections` },
    {
      ...{
        name: 'p99_1m',
        unit: 'ms',
        better: 'lower',
        value: large.p99,
        note: `${CONNECTIONS} connections`,
      },
      ...(typeof peer === 'string'
        ? {}
        : { peers: [{ name: peer.name, value: peer.theirs.p99, entries: times.lapiBans }] }),
    },
    typeof peer === 'string'
      ? { name: 'ratio_to_lapi', unit: 'x', better: 'higher', value: null, why: peer }
      : {
          ...{ name: 'ratio_to_lapi', unit: 'x', better: 'higher' },
          value: ratio(peer.ours.perCoreSecond, peer.theirs.perCoreSecond),
          note: `same requests, ${COMPARED} answers compared; by the clock ${ratio(peer.ours.rps, peer.theirs.rps)} x`,
        },
    {
      ...{ name: 'ratio_to_bare_node', unit: 'x', better: 'higher', goal: 0.95 },
      value: ratio(perCore(beside[0]), perCore(beside[1])),
      note:
        `CPU a request ${micros(perCore(beside[0]))} us and ${micros(perCore(beside[1]))} us; ` +
        `by the clock ${ratio(small.rps, bare.rps)} x`,
    },
  ];
};

const BARE = 'GET /check HTTP/1.1\r\nhost: bench\r\nx-forwarded-for: 192.0.2.1\r\n\r\n';

/** The n-th of very many addresses of which none comes twice. */
function address(n: number): string {
  return formatIPv4(0x0b00_0000 + (Math.imul(n, 2_654_435_761) & 0x3fff_ffff));
}

const banned = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => address(n));

/** Every other one is banned, spread over all that are. */
const clients = (count: number): readonly string[] =>
  Array.from({ length: ASKED }, (_, n) => address(n % 2 === 0 ? (n * 7_919) % count : 2_000_000 + n));

async function onNode<T>(count: number, body: (node: AegisNode) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-feed-'));
  const url = join(folder, 'bans.txt');
  writeFileSync(url, banned(count).join('\n'));
  const node = await startAegisNode({
    AEGIS_HTTP_TRUSTED_PROXIES: '127.0.0.1',
    AEGIS_FEEDS: JSON.stringify([{ name: 'bench', url }]),
  });
  try {
    const last = address(count - 1);
    while ((await statusOf(node, last)) !== 403) await sleep(100);
    for (const client of clients(count).slice(0, COMPARED)) {
      const wanted = clients(count).indexOf(client) % 2 === 0 ? 403 : 200;
      if ((await statusOf(node, client)) !== wanted)
        throw new Error(`${client} is not answered with ${wanted}`);
    }
    await processAtRest(node.pid);
    return await body(node);
  } finally {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function statusOf({ api, key }: AegisNode, client: string): Promise<number> {
  const response = await fetch(`${api}/check`, { headers: { 'x-api-key': key, 'x-forwarded-for': client } });
  await response.body?.cancel();
  return response.status;
}

function checks({ api, key, pid }: AegisNode, count: number): Load {
  const requests = clients(count).map(
    (client) =>
      `GET /check HTTP/1.1\r\nhost: bench\r\nx-api-key: ${key}\r\nx-forwarded-for: ${client}\r\n\r\n`,
  );
  return { port: Number(new URL(api).port), pid, requests };
}

/** Rounds of each, one after the other, so that all of them have the machine in the same state. */
async function inTurns<L extends readonly Load[]>(
  { warmMs, measureMs, rounds }: Times,
  loads: readonly [...L],
): Promise<{ [K in keyof L]: readonly Measured[] }> {
  const measured = loads.map((): Measured[] => []);
  for (const each of loads) await ask(each, warmMs, 1);
  for (let round = 0; round < rounds; round++)
    for (const [index, each] of loads.entries()) measured[index]?.push(await counted(each, measureMs));
  return measured as unknown as { [K in keyof L]: readonly Measured[] };
}

/** By the clock. */
function best(rounds: readonly Measured[]): Measured {
  return rounds.reduce((found, next) => (next.rps > found.rps ? next : found));
}

/** Answers for a second of a core, over all rounds. */
function perCore(rounds: readonly Measured[]): number {
  const sum = (of: (each: Measured) => number): number => rounds.reduce((total, each) => total + of(each), 0);
  return sum(({ answers }) => answers) / sum(({ core }) => core);
}

function ask({ port, requests }: Load, warmMs: number, measureMs: number): Promise<HttpLoadReport> {
  return runChild<HttpLoadReport>('http-load.ts', {
    ...{ host: '127.0.0.1', port, requests, connections: CONNECTIONS, warmMs, measureMs },
  } satisfies HttpLoad);
}

async function counted(load: Load, measureMs: number): Promise<Measured> {
  const before = processCpuSeconds(load.pid);
  const report = await ask(load, 0, measureMs);
  const core = processCpuSeconds(load.pid) - before;
  const { answers, seconds } = report;
  return { ...report, core, rps: answers / seconds, perCoreSecond: answers / core };
}

interface BesideLapi {
  readonly name: string;
  readonly ours: Measured;
  readonly theirs: Measured;
}

/** CrowdSec's server and ours with the same decisions, asked the same; a string says why that could not be. */
async function besideLapi(times: Times): Promise<BesideLapi | string> {
  const bans = banned(times.lapiBans);
  const lapi = await startCrowdsecLapi(await freePort(), bans);
  if (typeof lapi === 'string') return lapi;
  const node = await startAegisNode({ AEGIS_CROWDSEC_ENABLED: 'true', AEGIS_CROWDSEC_PORT: '0' });
  try {
    await node.ban(bans);
    await compare(node, lapi, clients(bans.length).slice(0, COMPARED));
    await trailAtRest(node, bans.length);
    const load = (url: string, pid: number, key: string): Load => ({
      ...{ port: Number(new URL(url).port), pid },
      requests: clients(bans.length).map(
        (client) => `GET /v1/decisions?ip=${client} HTTP/1.1\r\nhost: bench\r\nx-api-key: ${key}\r\n\r\n`,
      ),
    });
    const [theirs, ours] = await inTurns({ ...times, rounds: 1 }, [
      load(lapi.url, lapi.pid, lapi.key),
      load(node.crowdsec, node.pid, node.key),
    ]);
    return { name: `CrowdSec ${lapi.version}`, ours: best(ours), theirs: best(theirs) };
  } finally {
    await node.stop();
    await lapi.stop();
  }
}

/** Both say of the same addresses that they are banned, and how. */
async function compare(node: AegisNode, lapi: CrowdsecLapi, asked: readonly string[]): Promise<void> {
  const facts = async (url: string, key: string, client: string): Promise<string> => {
    const response = await fetch(`${url}/v1/decisions?ip=${client}`, { headers: { 'x-api-key': key } });
    const found = (await response.json()) as readonly Record<string, string>[] | null;
    return (found ?? []).map(({ type, scope, value }) => `${type} ${scope} ${value}`).join();
  };
  for (const client of asked) {
    const [ours, theirs] = await Promise.all([
      facts(node.crowdsec, node.key, client),
      facts(lapi.url, lapi.key, client),
    ]);
    if (ours !== theirs) throw new Error(`of ${client} we say "${ours}" and CrowdSec "${theirs}"`);
  }
}

/** After many decisions at once the audit trail is signed in the background: that is not what is measured here. */
async function trailAtRest(node: AegisNode, bans: number): Promise<void> {
  for (;;) {
    const text = await node.send('GET', '/metrics');
    const entries = (state: string): number =>
      Number(new RegExp(`^aegis_trail_entries\\{state="${state}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    if (entries('all') > bans && entries('signed') >= entries('all')) return;
    await sleep(250);
  }
}

function ratio(ours: number, theirs: number): number {
  return Math.round((ours / theirs) * 100) / 100;
}

function micros(perCoreSecond: number): number {
  return Math.round(1e7 / perCoreSecond) / 10;
}
