import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedisBus } from '@aegis/bus-redis';
import {
  CHANNELS,
  ClockSkew,
  type Credentials,
  type Envelope,
  FrameSealer,
  issueToken,
  readCredentials,
  writeCredentials,
  writeDefenseAction,
} from '@aegis/mesh';
import type { Decision } from '@aegis/model';
import type { Bus } from '@aegis/ports';
import { type RedisServer, startRedis } from '@aegis/testing';
import { createClient } from '@redis/client';
import { type Heard, type HostTask, type Round, sharedNow } from './propagation-task.ts';
import type { BenchOptions, Peer, Result } from './result.ts';

/** Processes that nodes are spread over. */
const HOSTS = 4;
const GOAL_P99_MS = 50;
const GOAL_RATIO = 1.5;
const LARGE = 2_000;
/** Nodes at each end of the subscribers. */
const SAMPLE = 10;
const THROUGHPUT_SUBSCRIBERS = 3;
const FRAME = 100;
/** One decision is let to arrive everywhere, and the machine to calm down, before the next one. */
const CALM_MS = 10;

interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Seconds of a core that all nodes spent on one message. */
  readonly core: number;
}

/**
 * From a decision on one node to its being what a check answers on every other, over a real Redis; the delivery of a
 * message of the same size by Pub/Sub alone in turn with it, as the limit.
 */
export async function bench({ quick }: BenchOptions): Promise<readonly Result[]> {
  const redis = await startRedis({ args: ['--appendfsync', 'everysec', '--maxclients', '15000'] });
  try {
    const credentials = await credentialsOf('node-x');
    const results: Result[] = [];
    const sizes = quick ? [100, LARGE] : [10, 100, 500, LARGE];
    for (const subscribers of sizes)
      results.push(...(await latencies(redis, credentials, subscribers, roundsFor(subscribers, quick))));
    results.push(await throughput(redis, credentials, quick ? 20_000 : 100_000));
    return results;
  } finally {
    await redis.remove();
  }
}

function roundsFor(subscribers: number, quick: boolean): number {
  const rounds = Math.max(25, Math.min(300, Math.round(50_000 / subscribers)));
  return quick ? Math.min(12, rounds) : rounds;
}

async function latencies(
  redis: RedisServer,
  credentials: string,
  subscribers: number,
  rounds: number,
): Promise<readonly Result[]> {
  const { ours, raw } = await measured(redis, credentials, spread(subscribers), rounds);
  const peers = (value: number): readonly Peer[] => [{ name: 'Pub/Sub alone', value: round(value) }];
  const line = (name: string, value: number, rest: Partial<Result> = {}): Result => ({
    ...{ name, unit: 'ms', better: 'lower' as const, value: round(value) },
    ...rest,
  });
  const ratio = (mine: number, theirs: number): string =>
    `${(mine / theirs).toFixed(2)} times Pub/Sub alone, goal ${GOAL_RATIO}`;
  const [coreOurs, coreRaw] = [ours, raw].map(({ core }) => Math.round(1e6 * (core / subscribers)));
  const results = [
    line(`p50_${subscribers}`, ours.p50, {
      note: `${subscribers} whole nodes on this one machine, ${rounds} decisions`,
      peers: peers(raw.p50),
    }),
    line(`p99_${subscribers}`, ours.p99, {
      ...(subscribers === LARGE ? { goal: GOAL_P99_MS } : {}),
      note: ratio(ours.p99, raw.p99),
      peers: peers(raw.p99),
    }),
    line(`max_${subscribers}`, ours.max, { peers: peers(raw.max) }),
    line(`raw_p99_${subscribers}`, raw.p99, { note: 'Pub/Sub alone, a message of the same size' }),
    line(`core_${subscribers}`, coreOurs ?? 0, {
      unit: 'us',
      note: 'of a core that one node spends on one decision of another, its connection included',
      peers: [{ name: 'Pub/Sub alone', value: coreRaw ?? 0 }],
    }),
  ];
  if (subscribers !== LARGE) return results;
  const apart = await measured(redis, credentials, amongOthers(subscribers), rounds);
  return [
    ...results,
    line(`p99_${subscribers}_apart`, apart.ours.p99, {
      goal: GOAL_P99_MS,
      note: `of ${2 * SAMPLE} whole nodes, the first and the last of ${subscribers} subscribers; the others only take the bytes, as if on machines of their own; ${ratio(apart.ours.p99, apart.raw.p99)}`,
      peers: peers(apart.raw.p99),
    }),
  ];
}

/** Subscribers of one process, in the order in which they subscribe. */
type Share = Pick<HostTask, 'subscribers' | 'areNodes'>;

function spread(subscribers: number): readonly Share[] {
  const count = Math.min(HOSTS, subscribers);
  return Array.from({ length: count }, (_, index) => ({
    subscribers: Math.floor(subscribers / count) + (index < subscribers % count ? 1 : 0),
    areNodes: true,
  }));
}

/** Redis tells subscribers one after the other: those at both ends tell what is the longest. */
function amongOthers(subscribers: number): readonly Share[] {
  const node = { subscribers: SAMPLE, areNodes: true };
  const other = { subscribers: subscribers / 2 - SAMPLE, areNodes: false };
  return [node, other, other, node];
}

async function measured(
  redis: RedisServer,
  credentials: string,
  shares: readonly Share[],
  rounds: number,
): Promise<{ readonly ours: Latencies; readonly raw: Latencies }> {
  const publisher = await publisherOn(redis, credentials);
  const hosts = await hostsOn(redis, credentials, shares);
  const raw = createClient({ RESP: 2, url: redis.url });
  await raw.connect();
  const heard: Record<Round['kind'], Heard[]> = { decisions: [], raw: [] };
  try {
    for (let i = -5; i < rounds; i++) {
      for (const kind of i % 2 === 0 ? (['decisions', 'raw'] as const) : (['raw', 'decisions'] as const)) {
        const { heard: hearing } = await listening(hosts, { kind, messages: 1 });
        await sleep(CALM_MS);
        if (kind === 'decisions') await publisher.publish(1);
        else await raw.publish('raw', `${sharedNow()} ${'x'.repeat(publisher.frameLength)}`);
        const round = await hearing;
        if (i >= 0) heard[kind].push(...round);
      }
    }
  } finally {
    raw.destroy();
    await publisher.bus.close();
    await Promise.all(hosts.all.map(end));
  }
  return { ours: summary(heard.decisions, rounds), raw: summary(heard.raw, rounds) };
}

async function throughput(redis: RedisServer, credentials: string, decisions: number): Promise<Result> {
  const publisher = await publisherOn(redis, credentials);
  const hosts = await hostsOn(redis, credentials, spread(THROUGHPUT_SUBSCRIBERS));
  try {
    const { heard } = await listening(hosts, { kind: 'decisions', messages: decisions });
    const began = performance.now();
    const frames: Promise<unknown>[] = [];
    for (let sent = 0; sent < decisions; sent += FRAME) {
      frames.push(publisher.publish(FRAME));
      if (frames.length >= 20) await Promise.all(frames.splice(0));
    }
    await Promise.all(frames);
    await heard;
    const seconds = (performance.now() - began) / 1_000;
    return {
      ...{ name: 'decisions_per_second', unit: 'ops/s', better: 'higher' },
      value: Math.round(decisions / seconds),
      note: `of one node, in force on ${THROUGHPUT_SUBSCRIBERS} others that each open every frame of ${FRAME}`,
    };
  } finally {
    await publisher.bus.close();
    await Promise.all(hosts.all.map(end));
  }
}

interface Publisher {
  readonly bus: Bus;
  readonly frameLength: number;
  publish(decisions: number): Promise<unknown>;
}

async function publisherOn(redis: RedisServer, text: string): Promise<Publisher> {
  const read = readCredentials(text);
  if (!read.ok) throw new Error(read.error);
  const credentials = read.value;
  const sealer = new FrameSealer(credentials, (bytes) => randomBytes(bytes));
  const bus = openRedisBus({ servers: [redis] });
  await bus.now();
  let count = 0;
  const frame = (decisions: number): string =>
    sealer.seal(
      CHANNELS.defense_action,
      Array.from({ length: decisions }, () => envelopeOf(count++, credentials)),
    );
  return {
    bus,
    frameLength: frame(1).length,
    publish: (decisions) => {
      // As a node does: what is in force is retained for who joins later.
      const retain = { key: `frame-${count}`, until: Date.now() + 60_000 };
      return bus.publish(CHANNELS.defense_action, frame(decisions), { retain });
    },
  };
}

/** A ban of another address each time; its source says when it was decided. */
function envelopeOf(number: number, { node, region }: Credentials): Envelope {
  const now = Date.now();
  const id = randomUUID();
  const value = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  const decision: Decision = {
    ...{ id, scope: 'ip', value, action: 'ban', weight: 1, created: now, expires: now + 3_600_000 },
    ...{ reason: 'SQL injection in 14 requests', origin: 'aegis', source: String(sharedNow()) },
  };
  const step = { step: 'made', id: `made:${id}`, at: now, by: 'node', reason: '', decision } as const;
  const data = writeDefenseAction(step, new ClockSkew());
  const about = {
    id: `bench-${number}-${id}`,
    source_node: node,
    source_region: region,
    timestamp: now / 1_000,
  };
  return { type: 'defense_action', data, ...about };
}

async function credentialsOf(node: string): Promise<string> {
  const authority = generateKeyPairSync('ed25519');
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = Date.now();
  const signing = { id: 'a', key: authority.privateKey };
  const key = own.publicKey.export({ format: 'jwk' });
  const wish = { mesh: 'bench', tokenId: randomUUID(), node, region: 'lab', key, issued: now };
  return writeCredentials({
    mesh: 'bench',
    token: await issueToken({ ...wish, expires: now + 86_400_000 }, signing),
    key: own.privateKey.export({ format: 'der', type: 'pkcs8' }),
    keys: [{ id: 'k', secret: new Uint8Array(randomBytes(32)), from: 0 }],
    authorities: [{ kid: 'a', x: authority.publicKey.export({ format: 'jwk' }).x ?? '' }],
  });
}

/** Those of nodes can be told to listen. */
interface Hosts {
  readonly all: readonly ChildProcess[];
  readonly nodes: readonly ChildProcess[];
}

async function hostsOn({ port }: RedisServer, credentials: string, shares: readonly Share[]): Promise<Hosts> {
  const all = shares.map(() => fork(new URL('./propagation-host.ts', import.meta.url)));
  for (const [index, host] of all.entries()) {
    const task: HostTask = { port, credentials, ...(shares[index] as Share) };
    host.send(task);
    await once(host, 'message');
  }
  return { all, nodes: all.filter((_, index) => shares[index]?.areNodes) };
}

/** Resolves once all nodes listen, with what resolves once all have heard everything. */
async function listening(
  { nodes }: Hosts,
  round: Round,
): Promise<{ readonly heard: Promise<readonly Heard[]> }> {
  const ready = nodes.map((host) => once(host, 'message'));
  for (const host of nodes) host.send(round);
  await Promise.all(ready);
  const heard = nodes.map(async (host) => ((await once(host, 'message')) as [Heard])[0]);
  return { heard: Promise.all(heard) };
}

async function end(host: ChildProcess): Promise<void> {
  host.disconnect();
  if (host.exitCode === null) await once(host, 'exit');
}

function summary(heard: readonly Heard[], rounds: number): Latencies {
  const all = Float64Array.from(heard.flatMap(({ latencies: each }) => each)).sort();
  const at = (share: number): number => all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? 0;
  const core = heard.reduce((sum, each) => sum + each.core, 0) / rounds;
  return { p50: at(0.5), p99: at(0.99), max: all.at(-1) ?? 0, core };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
