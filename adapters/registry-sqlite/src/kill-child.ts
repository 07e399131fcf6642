/** Changes the registry of the path it is given until it is killed, and says what was acknowledged. */
import { writeSync } from 'node:fs';
import type { Clock } from '@aegis/model';
import { openSqliteRegistry } from './sqlite-registry.ts';

const [path = '', round = ''] = process.argv.slice(2);
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
const registry = openSqliteRegistry({ path, clock, keepRevisions: 1_000_000 });

let next = 0;
async function writeOn(): Promise<void> {
  for (;;) {
    const number = next++;
    const { revision } = await registry.put(`${round}/${number}`, `value ${number}`);
    writeSync(1, `${number} ${revision}\n`);
    if (number % 5 === 0) await registry.put('shared', `${round}/${number}`);
  }
}
// Several at once, so that the kill meets commits that are shared.
await Promise.all([writeOn(), writeOn(), writeOn()]);
