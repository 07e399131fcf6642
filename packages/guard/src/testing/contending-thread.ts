import { parentPort, workerData } from 'node:worker_threads';
import { BucketCall } from '../buckets/bucket-call.ts';
import { SharedBucketTable } from '../buckets/shared-bucket-table.ts';

/** A thread that draws on buckets which other threads draw on too. */
export interface ContendingTask {
  readonly buffer: SharedArrayBuffer;
  readonly keys: number;
  readonly calls: number;
  readonly price: number;
  readonly tolerance: number;
  readonly seed: number;
}

const { buffer, keys, calls, price, tolerance, seed } = workerData as ContendingTask;
const table = SharedBucketTable.attach(buffer);
const call = new BucketCall();
const singles = new Array<number>(keys).fill(0);
const pairs = new Array<number>(keys).fill(0);
let state = seed;
for (let i = 0; i < calls; i++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  const key = state % keys;
  const other = (key + 1) % keys;
  if (i % 2 === 0) {
    if (table.takeOne(key, key + 1, price, tolerance, 1) === 0) singles[key] = (singles[key] ?? 0) + 1;
    continue;
  }
  call.clear();
  call.add(0, key, key + 1, price, tolerance);
  call.add(1, other, other + 1, price, tolerance);
  if (table.take(call, 1) < 0) pairs[key] = (pairs[key] ?? 0) + 1;
}
parentPort?.postMessage({ singles, pairs });
