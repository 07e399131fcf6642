import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Address, seededRandom } from '@aegis/model';
import { linesUntilKilled } from '@aegis/testing';
import { expect, test } from 'vitest';
import { KILL_TEST_BATCH_SIZE, killTestBatch } from './kill-batch.ts';
import { openSqliteMemory } from './sqlite-memory.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = 4;
const WRITERS = 3;
const seed = Date.now() % 1_000_000;

test(`what was acknowledged before kill -9 counts, once, and nothing half (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'aegis-memory-kill-'));
  const path = join(folder, 'memory.db');
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = (await linesUntilKilled(CHILD, [path, `${round}`], random.next() * 200)).map(Number);
    expect(acknowledged.length).toBeGreaterThan(0);
    const memory = openSqliteMemory({ path });
    const servers = (await memory.ccServers({ limit: 1_000_000 })).filter(
      ({ address }) => address === (`2001:db8::${round}` as Address),
    );
    const ports = servers.map(({ port }) => port);
    expect(ports).toEqual(expect.arrayContaining([...acknowledged]));
    for (const server of servers) expect(server.nodes).toHaveLength(KILL_TEST_BATCH_SIZE);
    const occurrences = async (): Promise<number> =>
      (await memory.pattern(`round ${round}`))?.occurrences ?? 0;
    expect(await occurrences()).toBe(servers.length * KILL_TEST_BATCH_SIZE);
    // Whoever was not told sends all of it again.
    const sent = Math.max(...acknowledged) + WRITERS;
    await Promise.all(
      Array.from({ length: sent }, (_, number) => memory.report(killTestBatch(round, number))),
    );
    expect(await occurrences()).toBe(Math.max(sent, ...ports.map((port) => port + 1)) * KILL_TEST_BATCH_SIZE);
    await memory.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }
  rmSync(folder, { recursive: true, force: true });
});
