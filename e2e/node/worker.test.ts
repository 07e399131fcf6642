import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf, sessionOf } from '../harness/session-of.ts';
import { storedSessions } from '../harness/stored-sessions.ts';
import { redisEnvironment, startWorker } from '../harness/worker-process.ts';

describeWithReal(
  'redis',
  'workers analyse what a node takes in, and the node decides what they propose',
  () => {
    let redis: RedisServer;
    beforeEach(async () => {
      redis = await startRedis();
    });
    afterEach(() => redis.remove());

    test('an attack that two workers share the analysis of leads to a ban at the node', async () => {
      const node = await startAegis({
        env: { ...redisEnvironment(redis), AEGIS_PIPELINE_ENABLED: 'false' },
      });
      const workers = [
        await startWorker({ dataDir: node.dataDir, redis }),
        await startWorker({ dataDir: node.dataDir, redis }),
      ];
      const sessions = Array.from({ length: 400 }, (_, n) =>
        n === 0
          ? attackOf('attack', '203.0.113.9')
          : sessionOf({ id: `v-${n}`, peer: '198.51.100.1', path: '/' }),
      );
      expect((await pushSessions(node, sessions)).accepted).toBe(400);
      await eventually('the attacker is refused', async () => {
        const { status } = await node.fetch('/v1/check?address=203.0.113.9');
        return status === 403 ? true : undefined;
      });
      await eventually('all are stored', async () =>
        storedSessions(node.dataDir).length === 400 ? true : undefined,
      );
      // The node answers from what its workers have stored.
      expect(await node.get('/v1/stats')).toMatchObject({ sessions: 400 });
      for (const worker of workers) expect(await worker.stop()).toBe(0);
      expect(await node.stop()).toBe(0);
    });

    test('without a Redis they share the stream in the data directory', async () => {
      const node = await startAegis({ env: { AEGIS_PIPELINE_ENABLED: 'false' } });
      const worker = await startWorker({ dataDir: node.dataDir, redis, env: { REDIS_HOST: '' } });
      await pushSessions(node, [attackOf('attack', '203.0.113.10')]);
      await eventually('the attacker is refused', async () => {
        const { status } = await node.fetch('/v1/check?address=203.0.113.10');
        return status === 403 ? true : undefined;
      });
      expect(await worker.stop()).toBe(0);
      expect(await node.stop()).toBe(0);
    });
  },
);
