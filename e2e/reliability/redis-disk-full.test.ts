import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithReal, startRedis } from '@aegis/testing';
import { expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { expectWholeBooks, redisSessions } from '../harness/redis-sessions.ts';
import { attackOf } from '../harness/session-of.ts';
import { onSmallDisk } from '../harness/small-disk.ts';
import { startWorker } from '../harness/worker-process.ts';

const FILLER_MB = 30;
const SESSIONS = 3_000;

describeWithReal('redis', 'sessions wait in Redis while the disk is full', () => {
  test('the worker stays, nothing is lost, and it recovers by itself', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'aegis-full-'));
    const inside = onSmallDisk(folder, 40);
    const [program, ...words] = [...inside, 'true'];
    const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    if (status !== 0) context.skip(`a small disk cannot be mounted here: ${stderr.trim()}`);
    const redis = await startRedis();
    const queue = redisSessions(redis);
    try {
      const worker = await startWorker({ dataDir: join(folder, 'data'), redis, inside });
      const outside = join('/proc', String(worker.pid), 'root', folder);
      writeFileSync(join(outside, 'filler'), Buffer.alloc(FILLER_MB * 1024 * 1024));
      const acknowledged = new Set<string>();
      for (let from = 0; from < SESSIONS; from += 100) {
        const some = Array.from({ length: 100 }, (_, i) => ({
          ...attackOf(`full-${from + i}`, `198.51.100.${i}`),
          referer: 'r'.repeat(2_000),
        }));
        for (const id of await queue.append(some)) acknowledged.add(id);
      }
      await eventually('the disk is full', async () =>
        worker.log().includes('trying again') ? true : undefined,
      );
      await sleep(2_000);
      const group = await queue.stream.group('analytics_workers');
      const held = await group.stats();
      expect(held.waiting + held.pending).toBeGreaterThan(0);
      expect(held.buried).toBe(0);
      unlinkSync(join(outside, 'filler'));
      const settled = await queue.settled();
      expect(worker.isRunning()).toBe(true);
      // The disk goes with the process.
      const copy = join(folder, 'copy');
      cpSync(join(outside, 'data'), copy, { recursive: true });
      expect(await worker.stop()).toBe(0);
      await expectWholeBooks(copy, acknowledged, settled);
    } finally {
      await queue.close();
      await redis.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
