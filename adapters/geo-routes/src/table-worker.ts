import { parentPort, workerData } from 'node:worker_threads';
import { arraysOf } from '@aegis/netset';
import { readTable, type TableLimits } from './read-table.ts';

const { path, limits } = workerData as { readonly path: string; readonly limits: TableLimits };
const read = await readTable(path, limits);
const arrays = read.ok ? [read.value.ipv4, read.value.ipv6].flatMap(arraysOf) : [];
parentPort?.postMessage(
  read,
  arrays.map(({ buffer }) => buffer as ArrayBuffer),
);
