import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aegis, ROOT, spawnAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { jsonDocument } from '../harness/json-document.ts';

const MANIFEST = join(ROOT, 'apps', 'aegis', 'demo', 'recording', 'manifest.json');

/** The demo's own temporary files go here. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'aegis-demo-test-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const leftBehind = (): readonly string[] => readdirSync(temporary).filter((name) => name.startsWith('aegis'));

interface Report {
  readonly sessions: number;
  readonly by_level: Readonly<Record<string, number>>;
  readonly decisions: number;
  readonly refused_verified: number;
  readonly ordinary_verified: number;
  readonly ordinary_refused: number;
  readonly seconds: number;
}

test('demo --exit --json ends with one JSON line: attackers refused, ordinary clients not, nothing left behind', async () => {
  const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
    readonly sessions: number;
    readonly clients: Readonly<Record<string, { readonly kind: string }>>;
  };
  const { code, stdout, stderr } = await aegis(['demo', '--exit', '--json'], { env: { TMPDIR: temporary } });
  const report = jsonDocument<Report>(stdout);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('replaying and analysing') });
  expect(report.sessions).toBeGreaterThanOrEqual(manifest.sessions);
  const levels = Object.values(report.by_level).reduce((sum, count) => sum + count, 0);
  expect(levels).toBe(report.sessions);
  expect(report.decisions).toBeGreaterThan(0);
  expect(report.refused_verified).toBeGreaterThan(0);
  const ordinary = Object.values(manifest.clients).filter(({ kind }) => kind === 'ordinary');
  expect(report.ordinary_verified).toBe(ordinary.length);
  expect(report.ordinary_refused).toBe(0);
  expect(report.seconds).toBeGreaterThan(0);
  expect(leftBehind()).toEqual([]);
});

test('it ignores what is configured on the machine', async () => {
  const env = { TMPDIR: temporary, AEGIS_DATA_DIR: '/nowhere', AEGIS_DECISIONS_MIN_CONFIDENCE: '100' };
  const { code, stdout } = await aegis(['demo', '--exit', '--json'], { env });
  expect(code).toBe(0);
  expect(jsonDocument<Report>(stdout).refused_verified).toBeGreaterThan(0);
});

test('Ctrl-C in the middle of the replay ends it soon and leaves nothing behind', async () => {
  const child = spawnAegis(['demo', '--exit'], { env: { TMPDIR: temporary } });
  const ended = once(child, 'exit');
  await eventually('the replay has begun', async () => (leftBehind().length > 0 ? true : undefined));
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  expect(code).toBe(130);
  expect(leftBehind()).toEqual([]);
});

test('for people: it tells what happened, keeps running until Ctrl-C, and ends with 0', async () => {
  const child = spawnAegis(['demo'], { env: { TMPDIR: temporary } });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'exit');
  const url = await eventually(
    'it invites to look around',
    async () => /API +(http:\S+)/.exec(stderr)?.[1],
    120_000,
  );
  expect((await fetch(url)).status).toBe(200);
  for (const part of [
    'How bad',
    'CRITICAL',
    'With what',
    'sqlmap',
    'ATT&CK',
    'T1190',
    'ordinary clients pass',
  ])
    expect(stdout).toContain(part);
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  expect(code).toBe(0);
  expect(leftBehind()).toEqual([]);
});
