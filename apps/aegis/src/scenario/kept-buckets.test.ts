import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Address } from '@aegis/model';
import { type Logger, ManualClock, silentLogger } from '@aegis/model';
import { parseRules, ScenarioEngine } from '@aegis/scenario';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bucketFile, keptBuckets } from './kept-buckets.ts';

const parsed = parseRules(
  'test.yaml',
  `name: probe
about: a probe
on: http
capacity: 2
leak: 1h
attack_type: scanner
confidence: 90
must_catch: [{ about: x, events: [{ repeat: 3, observation: { target: /.env } }] }]
must_not: [{ about: x, events: [{ observation: { target: / } }] }]
`,
);
const rules = parsed.ok ? parsed.value : [];
const clock = new ManualClock(1_000_000);
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-buckets-'));
  path = bucketFile(folder, 'log', '/var/log/a.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function life(
  visits: readonly number[],
  options: { readonly everyMs?: number; readonly during?: () => Promise<unknown> } = {},
): Promise<{ readonly alerts: number; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (about) => void warnings.push(JSON.stringify(about)) };
  const scenarios = new ScenarioEngine(rules);
  const { everyMs } = options;
  const part = keptBuckets({ scenarios, path, clock, logger, ...(everyMs === undefined ? {} : { everyMs }) });
  await part.start();
  let alerts = 0;
  for (const host of visits) {
    const client = `192.0.2.${host}` as Address;
    const event = {
      kind: 'http',
      at: clock.now(),
      method: 'GET',
      target: '/',
      headers: {},
      cookies: {},
    } as const;
    alerts += scenarios.observe({ client, event }).length;
  }
  await options.during?.();
  await part.stop();
  return { alerts, warnings };
}

test('a restart goes on where it was: the third visit fires, and of nobody else', async () => {
  expect((await life([1, 1, 2])).alerts).toBe(0);
  expect(await life([1, 2])).toEqual({ alerts: 1, warnings: [] });
  // It has fired, and is silent over the next restart too.
  expect((await life([1, 1, 1])).alerts).toBe(0);
});

test('it is written while it runs, for a process that is killed', async () => {
  await life([1, 1], {
    everyMs: 5,
    during: () =>
      vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain('192.0.2.1'), { timeout: 30_000 }),
  });
  // What a process leaves that was killed while it wrote.
  writeFileSync(`${path}.next`, 'half a li');
  expect((await life([1])).alerts).toBe(1);
});

const DAMAGES: readonly (readonly [what: string, damage: () => void])[] = [
  ['cut short', () => truncateSync(path, statSync(path).size - 5)],
  ['empty', () => truncateSync(path, 0)],
  ['a bit flipped', () => writeFileSync(path, readFileSync(path, 'utf8').replace('"level":2', '"level":3'))],
  ['NULs', () => writeFileSync(path, Buffer.alloc(statSync(path).size))],
  [
    'a folder',
    () => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
];

test.each(DAMAGES)('a file that is damaged (%s) is told of, and passed over', async (what, damage) => {
  await life([1, 1]);
  damage();
  const { alerts, warnings } = await life([1]).catch((error: Error) => {
    // Nothing can be written over a folder; the lifecycle says so, and goes on.
    expect([what, error.message]).toEqual(['a folder', expect.stringContaining('EISDIR')]);
    return { alerts: 0, warnings: [path] };
  });
  expect(alerts).toBe(0);
  expect(warnings.join()).toContain(path);
});

test('where nothing was ever kept nothing is told, and where nothing was counted nothing is written', async () => {
  expect((await life([])).warnings).toEqual([]);
  expect(() => statSync(dirname(path))).toThrow('ENOENT');
});
