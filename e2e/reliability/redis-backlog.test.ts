import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithReal, startRedis } from '@aegis/testing';
import { expect, test } from 'vitest';
import { expectWholeBooks, redisSessions } from '../harness/redis-sessions.ts';
import { sessionOf } from '../harness/session-of.ts';
import { startWorker } from '../harness/worker-process.ts';

const MESSAGES = 4_096;
const MESSAGE_BYTES = 256 * 1024;
/** An idle worker holds some 150 MiB, and a batch of these messages, with the garbage of the one before, 300 more. */
const MOST_MIB = 640;

describeWithReal('redis', 'a backlog of 1 GiB does not come into memory', () => {
  test('one worker with large batches drains it whole and stays small', async () => {
    const redis = await startRedis({ args: ['--appendonly', 'no'] });
    const dataDir = mkdtempSync(join(tmpdir(), 'aegis-backlog-'));
    const queue = redisSessions(redis);
    try {
      const acknowledged = new Set<string>();
      for (let from = 0; from < MESSAGES; from += 16) {
        const some = Array.from({ length: 16 }, (_, i) => {
          const n = from + i;
          const small = sessionOf({
            id: `big-${n}`,
            peer: `198.18.${n >> 8}.${n & 255}`,
            path: `/page/${n}`,
          });
          // Fields that nobody reads: the message is large, what is kept of it is not.
          return { ...small, padding: 'x'.repeat(MESSAGE_BYTES) };
        });
        for (const id of await queue.append(some)) acknowledged.add(id);
      }
      const worker = await startWorker({ dataDir, redis, env: { BATCH_SIZE: '1000' } });
      const resident: number[] = [];
      const sampling = setInterval(() => resident.push(worker.residentMib()), 50);
      const settled = await queue.settled(240_000);
      clearInterval(sampling);
      expect(await worker.stop()).toBe(0);
      await expectWholeBooks(dataDir, acknowledged, settled);
      expect(resident.length).toBeGreaterThan(10);
      const half = resident.length >> 1;
      const [first, second] = [Math.max(...resident.slice(0, half)), Math.max(...resident.slice(half))];
      expect(Math.max(first, second)).toBeLessThan(MOST_MIB);
      expect(second).toBeLessThan(first * 1.3);
    } finally {
      await queue.close();
      await redis.remove();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
