import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, type Random, seededRandom } from '@aegis/model';
import type { Memory, PatternLikeness, PatternReport } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteMemory } from './sqlite-memory.ts';

const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);
const DAY = 86_400_000;

let folder: string;
/** As two processes have the file open. */
let memories: readonly [Memory, Memory];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-signatures-'));
  const path = join(folder, 'memory.db');
  memories = [openSqliteMemory({ path }), openSqliteMemory({ path })];
});
afterEach(async () => {
  for (const memory of memories) await memory.close();
  rmSync(folder, { recursive: true });
});

let reports = 0;
function reportOf(pattern: string, signatures: readonly string[], at: number): PatternReport {
  return {
    kind: 'pattern',
    report: `report ${reports++}`,
    node: 'node-1',
    at,
    pattern,
    attackType: 'sql_injection',
    signatures,
    source: '192.0.2.1' as Address,
    severity: 5,
    region: 'eu',
    blocked: false,
  };
}

/** Asked of every pattern there is. */
async function sharing(memory: Memory, signatures: readonly string[]): Promise<readonly PatternLikeness[]> {
  const all = await memory.patterns({ limit: 10_000 });
  return all
    .map(({ id, signatures }) => ({ id, signatures }))
    .filter((pattern) => shared(pattern, signatures) > 0);
}

function shared(pattern: PatternLikeness, signatures: readonly string[]): number {
  return signatures.filter((signature) => pattern.signatures.includes(signature)).length;
}

function someOf(random: Random, names: number): readonly string[] {
  const count = 1 + Math.floor(random.next() * 6);
  return [...new Set(Array.from({ length: count }, () => `s${Math.floor(random.next() * names)}`))];
}

test(`finds what a look at every pattern finds, whoever wrote and forgot (AEGIS_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const oneOfThem = (): Memory => memories[random.next() < 0.5 ? 0 : 1];
  for (let step = 0; step < 150; step++) {
    const batch = Array.from({ length: 3 }, () =>
      reportOf(`p${Math.floor(random.next() * 60)}`, someOf(random, 40), step * DAY),
    );
    await oneOfThem().report(batch);
    if (step % 20 === 19) await oneOfThem().forget((step - 12) * DAY);
    for (const memory of memories) {
      const asked = someOf(random, 45);
      const found = await memory.patternsSharing(asked);
      const byId = (a: PatternLikeness, b: PatternLikeness): number => (a.id < b.id ? -1 : 1);
      expect([...found].sort(byId)).toEqual([...(await sharing(memory, asked))].sort(byId));
      const ranks = found.map((pattern) => shared(pattern, asked));
      expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    }
  }
});

test('what another process wrote is found, however much it was', async () => {
  const [one, other] = memories;
  await one.report([reportOf('first', ['common', 'a'], 1)]);
  expect(await other.patternsSharing(['common'])).toHaveLength(1);
  const many = Array.from({ length: 90 }, (_, i) =>
    reportOf(`p${i}`, ['common', ...Array.from({ length: 120 }, (_, j) => `${i} ${j}`)], 2),
  );
  await one.report(many);
  expect(await other.patternsSharing(['common'])).toHaveLength(91);
  expect((await other.patternsSharing(['common', '17 119']))[0]?.id).toBe('p17');
});
