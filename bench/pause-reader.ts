import { parentPort, workerData } from 'node:worker_threads';
import { PrefixReader } from '@aegis/netset';

/** Looks addresses up until it is told to stop, and reports the longest time that one look-up took, ms. */
interface Task {
  readonly buffer: SharedArrayBuffer;
  /** 0: not yet, 1: measure, 2: report. */
  readonly phase: SharedArrayBuffer;
  readonly clients: Int32Array;
}

const { buffer, phase, clients } = workerData as Task;
const reader = PrefixReader.attach(buffer);
const state = new Int32Array(phase);
let longest = 0;
let asked = 0;
let hits = 0;
parentPort?.postMessage('ready');
while (Atomics.load(state, 0) < 2) {
  const measuring = Atomics.load(state, 0) === 1;
  for (let i = 0; i < 1000; i++, asked++) {
    const start = performance.now();
    if (reader.lookupIPv4(clients[asked % clients.length] as number) >= 0) hits++;
    const took = performance.now() - start;
    if (measuring && took > longest) longest = took;
  }
}
parentPort?.postMessage({ longest, asked, hits });
