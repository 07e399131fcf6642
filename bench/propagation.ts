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

/** Processes that the subscribers are spread over. */
const HOSTS = 4;
const GOAL_P99_MS = 50;
const GOAL_RATIO = 1.5;
const THROUGHPUT_SUBSCRIBERS = 3;
const FRAME = 100;
/** One decision is let to arrive everywhere, and the machine to calm down, before the next one. */
const CALM_MS = 10;

interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Seconds of a core that all subscribers spent on one message. */
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
    const sizes = quick ? [100, 2_000] : [10, 100, 500, 2_000];
    for (const subscribers of sizes)
      results.push(
        ...(await latencies(redis, credentials, subscribers, roundsFor(subscribers, quick), quick)),
      );
    results.push(await throughput(redis, credentials, quick ? 20_000 : 100_000));
    return results;
  } finally {
    await redis.remove();
  }
}

function roundsFor(subscribers: number, quick: boolean): number {
  const rounds = Math.max(25, Math.min(300, Math.round(50_000 / subscribers)));
  return quick ? Math.min(20, rounds) : rounds;
}

async function latencies(
  redis: RedisServer,
  credentials: string,
  subscribers: number,
  rounds: number,
  quick: boolean,
): Promise<readonly Result[]> {
  const shared = await measured(redis, credentials, subscribers, rounds, false);
  const { ours, raw } = shared;
  const ratio = ours.p99 / raw.p99;
  const peers = (value: number): readonly Peer[] => [{ name: 'Pub/Sub alone', value }];
  const of = `${subscribers} subscribers in ${hostsFor(subscribers)} processes, ${rounds} decisions`;
  const core = `${(1e6 * (ours.core / subscribers)).toFixed(0)} us of a core each, ${(1e6 * (raw.core / subscribers)).toFixed(0)} for Pub/Sub alone`;
  const line = (name: string, value: number, rest: Partial<Result> = {}): Result => ({
    ...{ name: `${name}_${subscribers}`, unit: 'ms', better: 'lower' as const, value: round(value) },
    ...rest,
  });
  const results = [
    line('p50', ours.p50, { note: `${of}; ${core}`, peers: peers(round(raw.p50)) }),
    line('p99', ours.p99, {
      ...(subscribers === 2_000 ? { goal: GOAL_P99_MS } : {}),
      note: `${ratio.toFixed(2)} times Pub/Sub alone, goal ${GOAL_RATIO}`,
      peers: peers(round(raw.p99)),
    }),
    line('max', ours.max, { peers: peers(round(raw.max)) }),
    line('raw_p99', raw.p99, { note: 'Pub/Sub alone, a message of the same size' }),
  ];
  if (subscribers !== 2_000 || quick) return results;
  const alone = await measured(redis, credentials, subscribers, rounds, true);
  return [
    ...results,
    line('p99_each_opens', alone.ours.p99, {
      note: 'every subscriber verifies and decrypts for itself: the work of 2,000 machines on this one',
      peers: peers(round(alone.raw.p99)),
    }),
  ];
}

async function measured(
  redis: RedisServer,
  credentials: string,
  subscribers: number,
  rounds: number,
  opensAlone: boolean,
): Promise<{ readonly ours: Latencies; readonly raw: Latencies }> {
  const publisher = await publisherOn(redis, credentials);
  const hosts = await hostsOn(redis, credentials, subscribers, opensAlone);
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
    await Promise.all(hosts.map(end));
  }
  return { ours: summary(heard.decisions, rounds), raw: summary(heard.raw, rounds) };
}

async function throughput(redis: RedisServer, credentials: string, decisions: number): Promise<Result> {
  const publisher = await publisherOn(redis, credentials);
  const hosts = await hostsOn(redis, credentials, THROUGHPUT_SUBSCRIBERS, true);
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
    await Promise.all(hosts.map(end));
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

function hostsFor(subscribers: number): number {
  return Math.min(HOSTS, subscribers);
}

async function hostsOn(
  { port }: RedisServer,
  credentials: string,
  subscribers: number,
  opensAlone: boolean,
): Promise<readonly ChildProcess[]> {
  const count = hostsFor(subscribers);
  const hosts = Array.from({ length: count }, () => fork(new URL('./propagation-host.ts', import.meta.url)));
  for (const [index, host] of hosts.entries()) {
    const share = Math.floor(subscribers / count) + (index < subscribers % count ? 1 : 0);
    const task: HostTask = { port, credentials, subscribers: share, opensAlone };
    host.send(task);
    await once(host, 'message');
  }
  return hosts;
}

/** Resolves once all hosts listen, with what resolves once all have heard everything. */
async function listening(
  hosts: readonly ChildProcess[],
  round: Round,
): Promise<{ readonly heard: Promise<readonly Heard[]> }> {
  const ready = hosts.map((host) => once(host, 'message'));
  for (const host of hosts) host.send(round);
  await Promise.all(ready);
  const heard = hosts.map(async (host) => ((await once(host, 'message')) as [Heard])[0]);
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
