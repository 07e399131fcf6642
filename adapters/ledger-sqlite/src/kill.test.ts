import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './sqlite-ledger.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = 4;
const seed = Date.now() % 1_000_000;

/** The numbers of the batches that were acknowledged before the child was killed, `delayMs` after the first. */
async function writeUntilKilled(path: string, round: number, delayMs: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [CHILD, path, `${round}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: number[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => acknowledged.push(Number(line)));
  await once(lines, 'line');
  await sleep(delayMs);
  child.kill('SIGKILL');
  await once(lines, 'close');
  return acknowledged;
}

test(`what was acknowledged before kill -9 is there, and nothing half (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'aegis-ledger-kill-'));
  const path = join(folder, 'ledger.db');
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeUntilKilled(path, round, random.next() * 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    const ledger = openSqliteLedger({ path });
    const found = await ledger.decisionsInForce(1e9);
    const sizes = new Map<number, number>();
    for (const { id } of found) {
      const [ofRound, number] = id.split('-').map(Number);
      if (ofRound === round) sizes.set(number as number, (sizes.get(number as number) ?? 0) + 1);
    }
    for (const number of acknowledged) expect(sizes.get(number), `batch ${number}`).toBe(19);
    for (const [number, size] of sizes) {
      expect(size, `batch ${number}`).toBe(19);
      expect((await ledger.decisionHistory(`${round}-${number}-0`)).map(({ kind }) => kind)).toEqual([
        'made',
        'lifted',
      ]);
    }
    // Three writers: at most so many more were on disk than acknowledged.
    expect(sizes.size).toBeLessThanOrEqual(acknowledged.length + 3);
    await ledger.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }
  rmSync(folder, { recursive: true, force: true });
});
