import { parentPort, workerData } from 'node:worker_threads';
import { readTable, type TableLimits } from './read-table.ts';

const { path, limits } = workerData as { readonly path: string; readonly limits: TableLimits };
const read = await readTable(path, limits);
const arrays = read.ok
  ? [read.value.ipv4, read.value.ipv6].flatMap(({ starts, values }) => [starts, values])
  : [];
parentPort?.postMessage(
  read,
  arrays.map(({ buffer }) => buffer as ArrayBuffer),
);
