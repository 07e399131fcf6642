import { setTimeout as sleep } from 'node:timers/promises';
import { GUARD_PRESETS, Guard, type GuardConfig, Reconciler } from '@aegis/guard';
import { type HashKey, seededRandom } from '@aegis/model';
import { sharedLimitsConformance } from '@aegis/ports/conformance';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedisSharedLimits } from './redis-shared-limits.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const SECRET: HashKey = [0x1234_5678, 0x0bad_cafe];
const RATE = 20;
const BURST = 40;
const SERVERS = 3;

const bucket = { perSecond: RATE, burst: BURST, enforce: true };
const wide = { perSecond: 10_000, burst: 10_000, enforce: true };
// One bucket matters: trust 500 is the band whose limits are those of the config.
const config: GuardConfig = {
  ...GUARD_PRESETS.strict,
  mode: 'full',
  limits: { user: bucket, device: wide, rpc: wide, user_channel: wide, channel: wide, ip: wide },
};

describeWithReal('redis', 'limits that servers share', () => {
  let redis: RedisServer;
  let prefixes = 0;
  beforeAll(async () => {
    redis = await startRedis({ args: ['--appendonly', 'no'] });
  });
  afterAll(() => redis.remove());

  sharedLimitsConformance('Redis', {
    open: async () => openRedisSharedLimits({ url: redis.url, prefix: `c${prefixes}:` }),
    async cleanup() {
      prefixes++;
    },
  });

  describe('over-admission is bounded as stated', () => {
    async function hammer(everyMs: number, forMs: number, meanwhile: () => Promise<void>) {
      const prefix = `h${prefixes++}:`;
      const now = clock.now();
      const servers = Array.from({ length: SERVERS }, (_, i) => {
        const guard = new Guard({ config, clock, random: seededRandom(i), hashKey: SECRET });
        const quiet = { state: 'normal', until: 0, score: 0, scoreAt: now, recoveredAt: now, seenAt: now };
        guard.restore({ clients: [{ user: 'u', trust: 500, ...quiet }], bans: [], cases: [] });
        const limits = openRedisSharedLimits({ url: redis.url, prefix });
        return { guard, limits, reconciler: new Reconciler({ guard, limits, clock }) };
      });
      let running = true;
      let slowest = 0;
      let failures = 0;
      const exchanging = servers.map(async ({ reconciler }) => {
        while (running) {
          const began = clock.monotonic();
          await reconciler.reconcile().catch(() => failures++);
          await sleep(everyMs);
          slowest = Math.max(slowest, clock.monotonic() - began);
        }
      });
      const began = clock.monotonic();
      const helping = meanwhile();
      let admitted = 0;
      while (clock.monotonic() - began < forMs) {
        for (const { guard } of servers) {
          // The client is punished for what it does; here only its bucket is of interest.
          if (guard.checkRpc({ user: 'u', method: 'profile' }).allowed) admitted++;
          else guard.lift('u', { by: 'test', reason: 'only the bucket' });
        }
        await sleep(5);
      }
      const seconds = (clock.monotonic() - began) / 1000;
      running = false;
      await Promise.all(exchanging);
      await helping;
      for (const { limits } of servers) await limits.close();
      return { admitted, seconds, slowest: slowest / 1000, failures };
    }

    test('while Redis answers', async () => {
      const { admitted, seconds, slowest } = await hammer(50, 3_000, async () => {});
      const bound = BURST + RATE * seconds + (SERVERS - 1) * (BURST + 2 * RATE * slowest);
      expect(admitted).toBeLessThanOrEqual(bound);
      // Three servers that shared nothing would admit 3 x (40 + 20 x 3).
      expect(admitted).toBeLessThan(SERVERS * (BURST + RATE * seconds) * 0.8);
      expect(admitted).toBeGreaterThan(BURST);
    });

    test('while Redis hangs and while it is gone, and the debt is paid afterwards', async () => {
      const { admitted, seconds, failures } = await hammer(50, 5_000, async () => {
        await sleep(500);
        redis.server.pause();
        await sleep(1_200);
        redis.server.resume();
        await sleep(300);
        await redis.server.kill();
        await sleep(700);
        await redis.start();
      });
      expect(failures).toBeGreaterThan(0);
      expect(admitted).toBeLessThanOrEqual(SERVERS * (BURST + RATE * seconds));
      expect(admitted).toBeGreaterThan(RATE * seconds * 0.5);
    });
  });

  test('a store that is not there is told within a second, and nothing that was taken is lost', async () => {
    const guard = new Guard({ config, clock, random: seededRandom(9), hashKey: SECRET });
    const limits = openRedisSharedLimits({ url: 'redis://127.0.0.1:1' });
    const reconciler = new Reconciler({ guard, limits, clock });
    guard.checkRpc({ user: 'u', method: 'profile' });
    const waiting = reconciler.waiting;
    await expect(reconciler.reconcile()).rejects.toMatchObject({ code: 'shared_limits_unavailable' });
    expect(reconciler.waiting).toBe(waiting);
    await limits.close();
  });
});
