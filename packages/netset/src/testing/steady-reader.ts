import { parentPort, workerData } from 'node:worker_threads';
import { formatIPv4, formatIPv6, seededRandom } from '@aegis/model';
import { PrefixReader } from '../prefix-reader.ts';

/** The reading thread of `prefix-reader.test.ts`: asks for addresses that are always listed until it is told to stop. */
interface Task {
  readonly buffer: SharedArrayBuffer;
  readonly stop: SharedArrayBuffer;
  readonly seed: number;
  /** The value of an address is its index. */
  readonly nets: readonly { readonly v4: number; readonly v6: number }[];
}

const { buffer, stop, seed, nets } = workerData as Task;
const reader = PrefixReader.attach(buffer);
const stopped = new Int32Array(stop);
const random = seededRandom(seed);
const words = new Uint32Array(4);
const wrong: string[] = [];
let asked = 0;
parentPort?.postMessage('ready');
while (Atomics.load(stopped, 0) === 0 && wrong.length < 20) {
  for (let i = 0; i < 1000; i++, asked += 2) {
    const value = Math.floor(random.next() * nets.length);
    const { v4, v6 } = nets[value] as { v4: number; v6: number };
    const got4 = reader.lookupIPv4(v4);
    if (got4 !== value) wrong.push(`${formatIPv4(v4)}: ${got4}, not ${value}`);
    words.set([v6, 1, 2, 3]);
    const got6 = reader.lookup(6, words);
    if (got6 !== value) wrong.push(`${formatIPv6(v6, 1, 2, 3)}: ${got6}, not ${value}`);
  }
}
parentPort?.postMessage({ asked, wrong });
