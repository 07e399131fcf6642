import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@aegis/model';
import { linesUntilKilled } from '@aegis/testing';
import { expect, test } from 'vitest';
import { openSqliteLedger } from './sqlite-ledger.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = 4;
const seed = Date.now() % 1_000_000;

test(`what was acknowledged before kill -9 is there, and nothing half (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'aegis-ledger-kill-'));
  const path = join(folder, 'ledger.db');
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = (await linesUntilKilled(CHILD, [path, `${round}`], random.next() * 200)).map(Number);
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
