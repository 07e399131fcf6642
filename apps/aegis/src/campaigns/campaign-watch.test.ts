import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteMemory } from '@aegis/memory-sqlite';
import { type Address, ManualClock } from '@aegis/model';
import type { Memory } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CampaignWatch } from './campaign-watch.ts';

const START = Date.UTC(2026, 10, 22, 12);
let folder: string;
let path: string;
let clock: ManualClock;
let memory: Memory;
let reported: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-campaigns-'));
  path = join(folder, 'campaigns.json');
  clock = new ManualClock(START);
  memory = openSqliteMemory({ path: join(folder, 'memory.db') });
  reported = 0;
});
afterEach(async () => {
  await memory.close();
  rmSync(folder, { recursive: true });
});

async function attack(pattern: string, times: number, at: number = clock.now()): Promise<void> {
  await memory.report(
    Array.from({ length: times }, () => ({
      kind: 'pattern' as const,
      report: `r${reported++}`,
      node: 'node-1',
      at,
      pattern,
      attackType: 'sql_injection' as const,
      signatures: ['union select'],
      source: '192.0.2.1' as Address,
      severity: 8,
      region: 'eu',
      blocked: false,
    })),
  );
}

async function windows(watch: CampaignWatch, attacks: readonly number[]): Promise<void> {
  for (const times of attacks) {
    if (times > 0) await attack('ATK-2026-0001', times);
    clock.advance(30_000);
    await watch.turn();
  }
}

test('a campaign rises, stays and goes, by what the memory says', async () => {
  const watch = new CampaignWatch({ memory, path, clock });
  await windows(watch, [0, 1, 2]);
  expect(watch.get('ATK-2026-0001')?.state).toBe('suspicious');
  await windows(watch, [5, 12, 30, 60, 120]);
  expect(watch.get('ATK-2026-0001')?.state).toBe('escalating');
  await windows(watch, new Array<number>(20).fill(120));
  expect(watch.list()).toMatchObject([{ pattern: 'ATK-2026-0001', state: 'sustained' }]);
  expect(watch.get('ATK-2026-0001')?.why).toMatch(/^sustained with \d+%/);
});

test('quiet windows count without a turn, and an hour of them is forgotten', async () => {
  const watch = new CampaignWatch({ memory, path, clock });
  await windows(watch, [5, 12, 30, 60, 120, 120, 120, 120]);
  clock.advance(15 * 60_000);
  expect(watch.get('ATK-2026-0001')?.state).toBe('normal');
  clock.advance(3_600_000);
  await watch.turn();
  expect(watch.list()).toEqual([]);
});

test('after a restart it goes on; what happened before it was first watched is no burst', async () => {
  const first = new CampaignWatch({ memory, path, clock });
  await windows(first, [5, 12, 30, 60, 120]);
  const second = new CampaignWatch({ memory, path, clock });
  expect(second.list()).toEqual(first.list());
  await attack('ATK-2020-0009', 1, START - 30 * 86_400_000);
  await attack('ATK-2020-0009', 300);
  writeFileSync(path, 'torn');
  const third = new CampaignWatch({ memory, path, clock });
  clock.advance(30_000);
  await third.turn();
  expect(third.get('ATK-2020-0009')).toMatchObject({ state: 'normal', level: 0 });
});

test('a turn in the same window changes nothing', async () => {
  const watch = new CampaignWatch({ memory, path, clock });
  await windows(watch, [5, 12]);
  const before = watch.list();
  await attack('ATK-2026-0001', 50);
  await watch.turn();
  expect(watch.list()).toEqual(before);
  await windows(watch, [0]);
  expect(watch.get('ATK-2026-0001')?.level).toBeGreaterThan(10);
});
