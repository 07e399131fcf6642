import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOW_CSV_HEADER, flowCsvLine, syntheticTraffic } from '@aegis/hunt';
import { createNetwork, type NetworkHost } from '@aegis/testing';
import { type AegisNode, PROGRAM, startAegisNode } from './aegis-node.ts';

/** Seconds from handing in the flows of the bots, to one node, until each of these. */
export interface ChainTimes {
  /** They were kept. */
  readonly accepted: number;
  /** The node decided. */
  readonly decided: number;
  /** The last packet of the server reached a node: the latest of all nodes. */
  readonly enforced: number;
}

const BOTS = 1_247;
/** Fewer would make the server one that many use, which is never confirmed. */
const HOSTS = 20_000;
const HOURS = 0.5;
const NODES = ['a', 'b', 'c'] as const;
const REDIS = '45.77.0.2';
const SERVER = '45.77.0.66';
const PIECE = 150_000;
const PATIENCE_MS = 60_000;
const SILENCE_MS = 1_000;

/**
 * The whole way of a C&C server with 1,247 bots: flows to one of three real nodes, its hunt, its decision, the mesh over a
 * real Redis, nftables on every node; each node and the server in a network namespace of its own. A string says why it
 * could not be measured. Needs root.
 */
export async function measureChain(): Promise<ChainTimes | string> {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const network = createNetwork();
  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-'));
  const redisHost = network.host(`${REDIS}/24`);
  const hosts = NODES.map((_, n) => network.host(`45.77.0.${11 + n}/24`));
  network.host(`${SERVER}/24`);
  const redis = started(
    redisHost.inside('redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', folder),
  );
  const nodes: AegisNode[] = [];
  const pings: Ping[] = [];
  try {
    await until('Redis answers', async () => (await redisHost.run('redis-cli', 'ping')).includes('PONG'));
    const tokens = meshTokens(folder);
    for (const [n, host] of hosts.entries()) {
      const env = {
        NODE_ID: NODES[n] as string,
        REDIS_HOSTS: `${REDIS}:6379`,
        AEGIS_MESH_TOKEN: tokens[n] as string,
        AEGIS_ENFORCE_NFTABLES_ENABLED: 'true',
      };
      nodes.push(await startAegisNode(env, host.inside()));
    }
    const [first, firstHost] = [nodes[0] as AegisNode, hosts[0] as NetworkHost];
    const ask = (path: string, ...words: readonly string[]): Promise<string> =>
      firstHost.run('curl', '-sS', '-H', `X-Api-Key: ${first.key}`, ...words, first.api + path);
    await until('the nodes know each other', async () => {
      const mesh = JSON.parse(await ask('/v1/mesh')) as { readonly nodes: readonly unknown[] };
      return mesh.nodes.length >= NODES.length;
    });
    pings.push(...hosts.map((host) => pinging(host)));
    const { people, bots } = traffic();
    const push = async (lines: readonly string[]): Promise<void> => {
      const file = join(folder, 'flows.csv');
      writeFileSync(file, `${[FLOW_CSV_HEADER, ...lines].join('\n')}\n`);
      await ask('/v1/flows', '-H', 'content-type: text/plain', '--data-binary', `@${file}`);
    };
    for (let at = 0; at < people.length; at += PIECE) await push(people.slice(at, at + PIECE));
    await until('the node has looked at them', async () => {
      const { unlooked } = JSON.parse(await ask('/v1/hunt')) as { readonly unlooked: number };
      return unlooked === 0;
    });
    const began = Date.now();
    await push(bots);
    const accepted = (Date.now() - began) / 1_000;
    await until('every node drops its packets', async () =>
      pings.every((ping) => ping.last > began && Date.now() - ping.last > SILENCE_MS),
    );
    const listed = JSON.parse(await ask(`/v1/decisions?scope=ip&value=${SERVER}`)) as {
      readonly decisions: readonly {
        readonly decision?: { readonly created: string };
        readonly created?: string;
      }[];
    };
    const [made] = listed.decisions;
    const created = made?.decision?.created ?? made?.created;
    if (created === undefined) return 'the packets ended, and no decision is there';
    return {
      accepted,
      decided: (Date.parse(created) - began) / 1_000,
      enforced: (Math.max(...pings.map(({ last }) => last)) - began) / 1_000,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const { child } of pings) await ended(child);
    for (const node of nodes) await node.stop();
    await ended(redis);
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function traffic(): { readonly people: readonly string[]; readonly bots: readonly string[] } {
  const flows = syntheticTraffic({
    ...{
      seed: 1_247,
      from: Date.now() - HOURS * 3_600_000,
      hours: HOURS,
      hosts: HOSTS,
      bots: BOTS,
      servers: 1,
    },
    beacon: { periodMs: 60_000, jitter: 0.2 },
  });
  const lines = (wanted: boolean): readonly string[] =>
    flows
      .filter(({ label }) => (label === 'bot') === wanted)
      .map(({ flow, label }) =>
        flowCsvLine({
          label,
          flow: wanted ? { ...flow, destination: SERVER as typeof flow.destination } : flow,
        }),
      );
  return { people: lines(false), bots: lines(true) };
}

function meshTokens(folder: string): readonly string[] {
  const authority = join(folder, 'authority');
  const mesh = (...words: readonly string[]): string =>
    execFileSync(process.execPath, [PROGRAM, 'mesh', ...words, '--data-dir', authority], {
      env: { ...process.env, NODE_ID: 'authority' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  mesh('init');
  return NODES.map((node) => mesh('token', node));
}

interface Ping {
  readonly child: ChildProcess;
  /** When an answer of the server came last, ms since 1970. */
  last: number;
}

/** Asks the server a hundred times a second. */
function pinging(host: NetworkHost): Ping {
  const child = started(host.inside('ping', '-n', '-i', '0.01', SERVER));
  const ping: Ping = { child, last: 0 };
  child.stdout?.on('data', (chunk: Buffer) => {
    if (chunk.includes('bytes from')) ping.last = Date.now();
  });
  return ping;
}

function started([program, ...words]: readonly [string, ...string[]]): ChildProcess {
  return spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const late = Date.now() + PATIENCE_MS;
  while (Date.now() < late) {
    if (await holds().catch(() => false)) return;
    await sleep(20);
  }
  throw new Error(`waited in vain until ${what}`);
}
