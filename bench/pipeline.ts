import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedisStream } from '@aegis/stream-redis';
import { type RedisServer, startRedis } from '@aegis/testing';
import type { Bench, Result } from './result.ts';
import { sessionMix } from './session-mix.ts';
import { startWorkerProcess } from './worker-process.ts';

const GOAL = 10_000;
/** A worker that holds more than this is not bounded by its batches. */
const RSS_GOAL_MIB = 512;
const STREAM = 'sessions_stream';
const GROUP = 'analytics_workers';
const SAMPLE_MS = 250;

/**
 * Sessions a second from a real Redis, which syncs its file every second as it does by default, to files that are
 * fsynced, by real `aegis worker` processes with batches of 500. Everything waits in Redis before the workers start;
 * the time begins when they are up. Afterwards the files are counted: each session must be there once.
 *
 * Beside the clock's time stands the processors', which other work on the machine changes little: `cpu_*` is what a
 * session costs in the longest run, warming up included, by stage; `rest` is reading, parsing, acknowledging and
 * what serves them all.
 */
export const bench: Bench = async ({ quick }) => {
  const sessions = quick ? 5_000 : 200_000;
  const one = await drain(1, sessions);
  const two = await drain(2, sessions);
  const long = quick ? one : await drain(1, 1_000_000);
  return [
    rate('sessions_1_worker', one),
    rate('sessions_2_workers', two),
    resident(long),
    ...stageCosts(long),
  ];
};

function rate(name: string, { sessions, seconds, cpuSeconds, load }: Drained): Result {
  return {
    name,
    unit: 'sessions/s',
    better: 'higher',
    value: Math.round(sessions / seconds),
    goal: GOAL,
    note: `${Math.round(sessions / cpuSeconds)} a second of a core; load average ${load.toFixed(1)}`,
  };
}

/** Of a core, for each session. */
function stageCosts({ sessions, cpuSeconds, stages }: Drained): readonly Result[] {
  const cost = (name: string, seconds: number): Result => ({
    name: `cpu_${name}`,
    unit: 'us',
    better: 'lower',
    value: Math.round((seconds / sessions) * 1e6),
  });
  const inStages = [...stages.values()].reduce((sum, seconds) => sum + seconds, 0);
  return [
    cost('session', cpuSeconds),
    ...[...stages].map(([stage, seconds]) => cost(stage, seconds)),
    cost('rest', cpuSeconds - inStages),
  ];
}

function resident({ sessions, resident }: Drained): Result {
  const early = Math.max(...resident.slice(0, Math.ceil(resident.length / 4)));
  const late = Math.max(...resident.slice(-Math.ceil(resident.length / 4)));
  return {
    name: 'rss_1m',
    unit: 'MiB',
    better: 'lower',
    value: Math.round(Math.max(...resident)),
    goal: RSS_GOAL_MIB,
    note: `over ${sessions.toLocaleString('en')} sessions; first quarter ${early.toFixed(0)}, last ${late.toFixed(0)}`,
  };
}

interface Drained {
  readonly sessions: number;
  /** Of the machine over the last minute, when it ended. */
  readonly load: number;
  readonly seconds: number;
  /** Of all workers. */
  readonly cpuSeconds: number;
  /** Those of the first worker, by stage. */
  readonly stages: ReadonlyMap<string, number>;
  /** MiB of the first worker, sampled. */
  readonly resident: readonly number[];
}

async function drain(workers: number, sessions: number): Promise<Drained> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aegis-bench-'));
  const redis = await startRedis({ args: ['--appendfsync', 'everysec'] });
  try {
    await fill(redis, sessions);
    const env = {
      ...{ REDIS_HOST: redis.host, REDIS_PORT: String(redis.port), REDIS_STREAM: STREAM },
      ...{ CONSUMER_GROUP: GROUP, BATCH_SIZE: '500', BLOCK_MS: '1000', BATCH_WRITE: 'true' },
      ...{ DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    };
    const started = await Promise.all(Array.from({ length: workers }, () => startWorkerProcess(env)));
    const cpuAtStart = started.reduce((sum, worker) => sum + worker.cpuSeconds(), 0);
    const begin = performance.now();
    const resident: number[] = [];
    const sampling = setInterval(() => {
      const mib = started[0]?.residentMib();
      if (mib !== undefined) resident.push(mib);
    }, SAMPLE_MS);
    await untilDrained(redis);
    const seconds = (performance.now() - begin) / 1000;
    clearInterval(sampling);
    const cpuSeconds = started.reduce((sum, worker) => sum + worker.cpuSeconds(), 0) - cpuAtStart;
    const stages = (await started[0]?.stageSeconds()) ?? new Map<string, number>();
    for (const worker of started) await worker.stop();
    checkStored(dataDir, sessions);
    return { sessions, load: loadavg()[0] as number, seconds, cpuSeconds, stages, resident };
  } finally {
    await redis.remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Puts the mix on the stream. */
async function fill(redis: RedisServer, sessions: number): Promise<void> {
  const stream = openRedisStream({ servers: [redis], stream: STREAM, maxLength: sessions });
  let batch: string[] = [];
  let left = sessions;
  for (const session of sessionMix(7)) {
    batch.push(JSON.stringify(session));
    left--;
    if (batch.length === 1_000 || left === 0) {
      await stream.append(batch);
      batch = [];
    }
    if (left === 0) break;
  }
  await stream.close();
}

async function untilDrained(redis: RedisServer): Promise<void> {
  const stream = openRedisStream({ servers: [redis], stream: STREAM });
  const group = await stream.group(GROUP);
  for (;;) {
    const { waiting, pending, buried } = await group.stats();
    if (buried > 0) throw new Error(`${buried} sessions became dead letters`);
    if (waiting + pending === 0) break;
    await sleep(20);
  }
  await stream.close();
}

/** Against the files themselves: as many lines as sessions, and no id twice. */
function checkStored(dataDir: string, sessions: number): void {
  const seen = new Set<string>();
  let lines = 0;
  for (const file of globSync('sessions/*/sessions.jsonl', { cwd: dataDir })) {
    for (const [, id] of readFileSync(join(dataDir, file), 'latin1').matchAll(/^\{"sess_uuid":"([^"]+)"/gm)) {
      seen.add(id as string);
      lines++;
    }
  }
  if (seen.size !== sessions || lines !== sessions) {
    throw new Error(`${sessions} sessions went in; ${lines} are stored, ${seen.size} different ones`);
  }
}
