import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIPv4 } from '@aegis/model';
import { freePort } from '@aegis/testing';
import { type AegisNode, startAegisNode } from './aegis-node.ts';
import { type CrowdsecLapi, startCrowdsecLapi } from './crowdsec-lapi.ts';
import type { HttpLoad, HttpLoadReport } from './http-load.ts';
import { processCpuSeconds } from './process-cpu.ts';
import type { Bench, Result } from './result.ts';
import { runChild } from './run-child.ts';

const CONNECTIONS = 32;
const ASKED = 4_000;
const LAPI_BANS = 50_000;
/** Answers that are compared with the peer's before anything is measured. */
const COMPARED = 100;

interface Measured extends HttpLoadReport {
  readonly rps: number;
  /** Answers for a second of a core of the server. */
  readonly perCoreSecond: number;
}

/**
 * The HTTP check service of a real node, asked by a process of its own over keep-alive connections: `GET /check` with
 * the client in X-Forwarded-For, every other one banned. CrowdSec's server and this node's CrowdSec port are asked the
 * same `GET /v1/decisions?ip=`; a bare Node server is the ceiling. Ratios are of answers for a second of a core of the
 * server, which does not depend on what else the machine does.
 */
export const bench: Bench = async ({ quick }) => {
  const measureMs = quick ? 1_500 : 6_000;
  const rounds = quick ? 1 : 3;
  const small = await onNode(10_000, (node) => best(rounds, () => checks(node, 10_000, measureMs)));
  const large = await onNode(1_000_000, (node) => best(rounds, () => checks(node, 1_000_000, measureMs)));
  const bare = await bareServer((port, pid) => best(rounds, () => asked(port, pid, [BARE], measureMs)));
  const peer = await besideLapi(measureMs);
  const note = 'decisions of a feed';
  const rate = (name: string, measured: Measured): Result => ({
    ...{ name, unit: 'requests/s', better: 'higher', value: Math.round(measured.rps), note },
    perCoreSecond: Math.round(measured.perCoreSecond),
    peers: [
      { name: 'bare Node server', value: Math.round(bare.rps) },
      ...(typeof peer === 'string'
        ? []
        : [{ name: peer.name, value: Math.round(peer.theirs.rps), entries: LAPI_BANS }]),
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
        : { peers: [{ name: peer.name, value: peer.theirs.p99, entries: LAPI_BANS }] }),
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
      value: ratio(small.perCoreSecond, bare.perCoreSecond),
      note: `by the clock ${ratio(small.rps, bare.rps)} x`,
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

function checks({ api, key, pid }: AegisNode, count: number, measureMs: number): Promise<Measured> {
  const requests = clients(count).map(
    (client) =>
      `GET /check HTTP/1.1\r\nhost: bench\r\nx-api-key: ${key}\r\nx-forwarded-for: ${client}\r\n\r\n`,
  );
  return asked(Number(new URL(api).port), pid, requests, measureMs);
}

/** The best by the clock. */
async function best(rounds: number, once: () => Promise<Measured>): Promise<Measured> {
  let found = await once();
  for (let round = 1; round < rounds; round++) {
    const next = await once();
    if (next.rps > found.rps) found = next;
  }
  return found;
}

async function asked(
  port: number,
  pid: number,
  requests: readonly string[],
  measureMs: number,
): Promise<Measured> {
  const load = (warmMs: number, ms: number): Promise<HttpLoadReport> =>
    runChild<HttpLoadReport>('http-load.ts', {
      ...{ host: '127.0.0.1', port, requests, connections: CONNECTIONS, warmMs, measureMs: ms },
    } satisfies HttpLoad);
  await load(3_000, 1);
  const before = processCpuSeconds(pid);
  const report = await load(0, measureMs);
  const core = processCpuSeconds(pid) - before;
  return { ...report, rps: report.answers / report.seconds, perCoreSecond: report.answers / core };
}

async function bareServer<T>(body: (port: number, pid: number) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  try {
    const [line] = await once(child.stdout, 'data');
    return await body(Number(String(line)), child.pid as number);
  } finally {
    child.kill('SIGTERM');
    await gone;
  }
}

interface BesideLapi {
  readonly name: string;
  readonly ours: Measured;
  readonly theirs: Measured;
}

/** CrowdSec's server and ours with the same decisions, asked the same; a string says why that could not be. */
async function besideLapi(measureMs: number): Promise<BesideLapi | string> {
  const lapi = await startCrowdsecLapi(await freePort(), banned(LAPI_BANS));
  if (typeof lapi === 'string') return lapi;
  const node = await startAegisNode({ AEGIS_CROWDSEC_ENABLED: 'true', AEGIS_CROWDSEC_PORT: '0' });
  try {
    await node.ban(banned(LAPI_BANS));
    const asks = (key: string): readonly string[] =>
      clients(LAPI_BANS).map(
        (client) => `GET /v1/decisions?ip=${client} HTTP/1.1\r\nhost: bench\r\nx-api-key: ${key}\r\n\r\n`,
      );
    await compare(node, lapi);
    await trailAtRest(node);
    const port = (url: string): number => Number(new URL(url).port);
    const theirs = await asked(port(lapi.url), lapi.pid, asks(lapi.key), measureMs);
    const ours = await asked(port(node.crowdsec), node.pid, asks(node.key), measureMs);
    return { name: `CrowdSec ${lapi.version}`, ours, theirs };
  } finally {
    await node.stop();
    await lapi.stop();
  }
}

/** Both say of the same addresses that they are banned, and how. */
async function compare(node: AegisNode, lapi: CrowdsecLapi): Promise<void> {
  const facts = async (url: string, key: string, client: string): Promise<string> => {
    const response = await fetch(`${url}/v1/decisions?ip=${client}`, { headers: { 'x-api-key': key } });
    const found = (await response.json()) as readonly Record<string, string>[] | null;
    return (found ?? []).map(({ type, scope, value }) => `${type} ${scope} ${value}`).join();
  };
  for (const client of clients(LAPI_BANS).slice(0, COMPARED)) {
    const [ours, theirs] = await Promise.all([
      facts(node.crowdsec, node.key, client),
      facts(lapi.url, lapi.key, client),
    ]);
    if (ours !== theirs) throw new Error(`of ${client} we say "${ours}" and CrowdSec "${theirs}"`);
  }
}

/** After many decisions at once the audit trail is signed in the background: that is not what is measured here. */
async function trailAtRest(node: AegisNode): Promise<void> {
  for (;;) {
    const text = await node.send('GET', '/metrics');
    const entries = (state: string): number =>
      Number(new RegExp(`^aegis_trail_entries\\{state="${state}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    if (entries('all') > LAPI_BANS && entries('signed') >= entries('all')) return;
    await sleep(250);
  }
}

function ratio(ours: number, theirs: number): number {
  return Math.round((ours / theirs) * 100) / 100;
}
