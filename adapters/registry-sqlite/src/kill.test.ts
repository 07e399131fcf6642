import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { ManualClock, seededRandom } from '@aegis/model';
import type { Registry, RegistryEntry } from '@aegis/ports';
import { linesUntilKilled } from '@aegis/testing';
import { expect, test } from 'vitest';
import { openSqliteRegistry } from './sqlite-registry.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = 4;
const seed = Date.now() % 1_000_000;

/** The state that all changes from the first on amount to; fails where a revision is missing. */
async function replayed(registry: Registry): Promise<readonly RegistryEntry[]> {
  const entries = new Map<string, RegistryEntry>();
  const newest = await registry.revision();
  const abort = new AbortController();
  let expected = 1;
  for await (const change of registry.watch('', { after: 0, signal: abort.signal })) {
    const revision = change.kind === 'put' ? change.entry.revision : change.revision;
    expect(revision).toBe(expected++);
    if (change.kind === 'put') entries.set(change.entry.key, change.entry);
    if (revision === newest) abort.abort();
  }
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

test(`what was acknowledged before kill -9 is there, and nothing half (seed ${seed})`, async () => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'aegis-registry-kill-'));
  const path = join(folder, 'registry.db');
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await linesUntilKilled(CHILD, [path, `${round}`], random.next() * 200);
    expect(acknowledged.length).toBeGreaterThan(0);
    const registry = openSqliteRegistry({ path, clock: new ManualClock(), keepRevisions: 1_000_000 });
    for (const line of acknowledged) {
      const [number, revision] = line.split(' ');
      const expected = { value: `value ${number}`, version: 1, revision: Number(revision) };
      expect(await registry.get(`${round}/${number}`)).toMatchObject(expected);
    }
    expect(await replayed(registry)).toEqual(await registry.list(''));
    await registry.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }
  rmSync(folder, { recursive: true, force: true });
});
