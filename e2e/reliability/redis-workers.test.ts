import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SessionInput, seededRandom } from '@aegis/model';
import { describeWithReal, type RedisServer, realProgramTest, startRedis } from '@aegis/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectWholeBooks, type RedisSessions, redisSessions } from '../harness/redis-sessions.ts';
import { attackOf, sessionOf } from '../harness/session-of.ts';
import { storedSessions } from '../harness/stored-sessions.ts';
import { startWorker } from '../harness/worker-process.ts';

const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);
const KILLS = 50;

/** For a process whose wall clock is off. The `faketime` command would stand between the test and the process. */
function clockOff(by: string): Record<string, string> {
  const [library = ''] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  return { LD_PRELOAD: library, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

/** Every tenth is an attack, so that memory and proposals meet the faults as well. */
function session(n: number): SessionInput {
  const id = `s-${n}`;
  if (n % 10 === 0) return attackOf(id, `2001:db8:a::${n.toString(16)}`);
  return sessionOf({ id, peer: `2001:db8:b::${(n % 997).toString(16)}`, path: `/page/${n}` });
}

function sessions(from: number, count: number): readonly SessionInput[] {
  return Array.from({ length: count }, (_, i) => session(from + i));
}

describeWithReal('redis', 'sessions are stored once whatever happens to workers and to Redis', () => {
  let redis: RedisServer;
  let dataDir: string;
  let queue: RedisSessions;
  let acknowledged: Set<string>;
  beforeEach(async () => {
    // Its file is synced before every answer.
    redis = await startRedis();
    dataDir = mkdtempSync(join(tmpdir(), 'aegis-redis-'));
    queue = redisSessions(redis);
    acknowledged = new Set();
  });
  afterEach(async () => {
    await queue.close();
    await redis.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const append = async (some: readonly SessionInput[]): Promise<void> => {
    for (const id of await queue.append(some)) acknowledged.add(id);
  };

  test(`a worker is killed with -9 in the middle of a batch, ${KILLS} times (AEGIS_SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    // What is killed with its process counts as tried; this many kills in a row are not what the default is for.
    const env = { CONSUMER_NAME: 'mortal', AEGIS_PIPELINE_MAX_ATTEMPTS: '100', BATCH_SIZE: '50' };
    const pending = async () => (await (await queue.stream.group('analytics_workers')).stats()).pending;
    let inBatch = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await append(sessions(kill * 400, 400));
      const worker = await startWorker({ dataDir, redis, env });
      await sleep(random.next() * 300);
      await worker.kill();
      if ((await pending()) > 0) inBatch++;
    }
    const last = await startWorker({ dataDir, redis, env });
    const settled = await queue.settled();
    expect(await last.stop()).toBe(0);
    expect(settled.buried).toBe(0);
    await expectWholeBooks(dataDir, acknowledged, settled);
    expect(inBatch).toBeGreaterThan(KILLS / 4);
  }, 600_000);

  test(`Redis is killed with -9 and hangs, again and again (AEGIS_SEED=${SEED})`, async () => {
    const random = seededRandom(SEED);
    const workers = [await startWorker({ dataDir, redis }), await startWorker({ dataDir, redis })];
    let next = 0;
    let isFeeding = true;
    const feeding = (async () => {
      while (isFeeding) {
        await append(sessions(next, 50));
        next += 50;
        await sleep(20);
      }
    })();
    for (let round = 0; round < 6; round++) {
      await sleep(500 + random.next() * 1_000);
      if (round % 2 === 0) {
        await redis.server.kill();
        await sleep(random.next() * 2_000);
        await redis.start();
      } else {
        redis.server.pause();
        await sleep(1_500 + random.next() * 1_500);
        redis.server.resume();
      }
    }
    isFeeding = false;
    await feeding;
    const settled = await queue.settled();
    for (const worker of workers) {
      expect(worker.isRunning()).toBe(true);
      expect(worker.log()).toContain('trying again');
      expect(await worker.stop()).toBe(0);
    }
    expect(settled.buried).toBe(0);
    await expectWholeBooks(dataDir, acknowledged, settled);
  });

  test('two workers of one name, and poison in every batch', async () => {
    const env = { CONSUMER_NAME: 'twin', AEGIS_PIPELINE_MAX_ATTEMPTS: '100', BATCH_SIZE: '40' };
    const poison = ['{"half":', '[]', '{"sess_uuid":"x","peer_ip":"nobody"}', '"text"', '\u0000'];
    await append(sessions(0, 1_000));
    const twins = [await startWorker({ dataDir, redis, env }), await startWorker({ dataDir, redis, env })];
    for (let round = 0; round < 40; round++) {
      await append(sessions(1_000 + round * 50, 50));
      await queue.stream.append(poison);
      if (round % 10 === 5) {
        await twins[0]?.kill();
        twins[0] = await startWorker({ dataDir, redis, env });
      }
    }
    const settled = await queue.settled();
    for (const twin of twins) expect(await twin.stop()).toBe(0);
    await expectWholeBooks(dataDir, acknowledged, settled);
    expect(settled.buried).toBe(40 * poison.length);
    const letters = await (await queue.stream.group('analytics_workers')).buried({ limit: 1_000 });
    expect(new Set(letters.map(({ payload }) => payload))).toEqual(new Set(poison));
    for (const { reason } of letters) expect(reason).not.toBe('');
  });

  realProgramTest('faketime', 'workers whose clocks are an hour off', async () => {
    await append(sessions(0, 2_000));
    const ahead = await startWorker({ dataDir, redis, env: { ...clockOff('+1h'), BATCH_SIZE: '20' } });
    const env = { ...clockOff('-1h'), AEGIS_PIPELINE_RECLAIM_IDLE: '5s' };
    const behind = await startWorker({ dataDir, redis, env });
    await append(sessions(2_000, 1_000));
    await sleep(300);
    // What it held is idle by the clock of Redis, which is neither of theirs.
    await ahead.kill();
    const settled = await queue.settled();
    expect(await behind.stop()).toBe(0);
    expect(settled.buried).toBe(0);
    await expectWholeBooks(dataDir, acknowledged, settled);
    const processed = storedSessions(dataDir).map(({ processed_at: at }) => Date.parse(at) - Date.now());
    expect(Math.min(...processed)).toBeLessThan(-1_800_000);
  });
});
