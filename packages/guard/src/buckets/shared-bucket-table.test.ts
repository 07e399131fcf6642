import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ContendingTask } from '../testing/contending-thread.ts';
import { SharedBucketTable } from './shared-bucket-table.ts';

interface Taken {
  readonly singles: readonly number[];
  readonly pairs: readonly number[];
}

const BURST = 5_000;
const PRICE = 1_000;

async function contend(threads: number, keys: number, calls: number) {
  const table = SharedBucketTable.allocate(100);
  const about = { buffer: table.buffer, keys, calls, price: PRICE, tolerance: BURST * PRICE };
  const results = await Promise.all(
    Array.from({ length: threads }, async (_, seed) => {
      const task: ContendingTask = { ...about, seed: seed + 1 };
      const worker = new Worker(new URL('../testing/contending-thread.ts', import.meta.url), {
        workerData: task,
      });
      const [taken] = (await once(worker, 'message')) as [Taken];
      await worker.terminate();
      return taken;
    }),
  );
  const sum = (of: (taken: Taken) => number): number => results.reduce((total, each) => total + of(each), 0);
  const drawn = Array.from({ length: keys }, (_, key) => {
    const before = (key + keys - 1) % keys;
    return sum(({ singles, pairs }) => (singles[key] ?? 0) + (pairs[key] ?? 0) + (pairs[before] ?? 0));
  });
  // A tick of time has passed since the first call: what is charged is all there is.
  const charged = Array.from({ length: keys }, (_, key) => table.ahead(key, key + 1, 1) / PRICE);
  return { drawn, charged };
}

test('threads together draw exactly what a bucket holds, and what is refused is given back', {
  timeout: 120_000,
}, async () => {
  for (const [threads, keys] of [
    [2, 1],
    [4, 3],
    [3, 40],
  ] as const) {
    const { drawn, charged } = await contend(threads, keys, 60_000);
    expect(charged).toEqual(drawn);
    for (const count of drawn) expect(count).toBeLessThanOrEqual(BURST);
    if (keys < 10) expect(Math.min(...drawn)).toBe(BURST);
  }
});
