/** Reports batches to the memory of the path it is given until it is killed; says which were acknowledged. */
import { writeSync } from 'node:fs';
import { killTestBatch } from './kill-batch.ts';
import { openSqliteMemory } from './sqlite-memory.ts';

const [path = '', round = ''] = process.argv.slice(2);
const memory = openSqliteMemory({ path });

let next = 0;
async function writeOn(): Promise<void> {
  for (;;) {
    const number = next++;
    await memory.report(killTestBatch(Number(round), number));
    writeSync(1, `${number}\n`);
  }
}
// Several at once, so that the kill meets commits that are shared.
await Promise.all([writeOn(), writeOn(), writeOn()]);
