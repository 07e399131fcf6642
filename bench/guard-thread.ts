import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { SharedBucketTable } from '@aegis/guard';
import { seededRandom } from '@aegis/model';
import type { ThreadResult, ThreadTask } from './guard-threads.ts';
import { coreSeconds } from './rate.ts';

const KEYS = 1_000_000;

const { buffer, seed, operations } = workerData as ThreadTask;
const table = SharedBucketTable.attach(buffer);
const random = seededRandom(seed + 1);
const order = Int32Array.from({ length: 1 << 20 }, () => Math.floor(random.next() * KEYS));

/** The same keys in all workers, drawn in another order by each. */
function work(from: number, to: number): number {
  let passed = 0;
  for (let i = from; i < to; i++) {
    const key = Math.imul((order[i & (order.length - 1)] as number) + 1, 0x9e3779b1);
    if (table.takeOne(key, Math.imul(key, 0x85ebca6b), 256 * 20, 256 * 2_000, 1 + i / 1_000) === 0) passed++;
  }
  return passed;
}

work(0, 200_000);
parentPort?.postMessage('ready');
await once(parentPort as NonNullable<typeof parentPort>, 'message');
const began = coreSeconds();
const passed = work(200_000, 200_000 + operations);
const result: ThreadResult = { coreSeconds: coreSeconds() - began, passed };
parentPort?.postMessage(result);
