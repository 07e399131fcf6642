import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedBucketTable } from '@aegis/guard';

/** What a worker is given and what it tells. */
export interface ThreadTask {
  readonly buffer: SharedArrayBuffer;
  readonly seed: number;
  readonly operations: number;
}

export interface ThreadResult {
  readonly coreSeconds: number;
  readonly passed: number;
}

/** Operations of all workers together, a wall-clock second and (`best`) a second of core each. */
export async function workersAtOnce(
  workers: number,
  operations: number,
): Promise<{ readonly value: number; readonly best: number }> {
  const { buffer } = SharedBucketTable.allocate(1_000_000);
  const started = await Promise.all(
    Array.from({ length: workers }, async (_, seed) => {
      const task: ThreadTask = { buffer, seed, operations };
      const worker = new Worker(new URL('./guard-thread.ts', import.meta.url), { workerData: task });
      await once(worker, 'message');
      return worker;
    }),
  );
  const began = performance.now();
  const results = await Promise.all(
    started.map(async (worker) => {
      worker.postMessage('go');
      const [result] = (await once(worker, 'message')) as [ThreadResult];
      return result;
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await Promise.all(started.map((worker) => worker.terminate()));
  const cores = results.reduce((sum, { coreSeconds }) => sum + coreSeconds, 0);
  const all = workers * operations;
  return { value: Math.round(all / seconds), best: Math.round(all / (cores / workers)) };
}
