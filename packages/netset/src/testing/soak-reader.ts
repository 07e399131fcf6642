import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '@aegis/model';
import { PrefixReader } from '../prefix-reader.ts';

/** A reading thread of `prefix-reader.soak.test.ts`. */
interface Task {
  readonly buffer: SharedArrayBuffer;
  readonly stop: SharedArrayBuffer;
  /** For each address a count of its changes, odd while one is under way, and its right answer. */
  readonly book: SharedArrayBuffer;
  readonly seed: number;
  /** Four words each; an IPv4 address is one word and three zeros. */
  readonly addresses: Uint32Array;
  readonly families: Uint8Array;
}

const { buffer, stop, book, seed, addresses, families } = workerData as Task;
const reader = PrefixReader.attach(buffer);
const stopped = new Int32Array(stop);
const right = new Int32Array(book);
const random = seededRandom(seed);
const words = new Uint32Array(4);
const wrong: string[] = [];
let asked = 0;
let judged = 0;
parentPort?.postMessage('ready');
while (Atomics.load(stopped, 0) === 0 && wrong.length < 20) {
  for (let i = 0; i < 1000; i++, asked++) {
    const each = Math.floor(random.next() * families.length);
    words.set(addresses.subarray(each * 4, each * 4 + 4));
    const before = Atomics.load(right, each * 2);
    const answer = Atomics.load(right, each * 2 + 1);
    const got = reader.lookup(families[each] === 4 ? 4 : 6, words);
    if (before % 2 === 1 || Atomics.load(right, each * 2) !== before) continue;
    judged++;
    if (got !== answer) wrong.push(`address ${each} (IPv${families[each]}): ${got}, not ${answer}`);
  }
}
parentPort?.postMessage({ asked, judged, wrong });
