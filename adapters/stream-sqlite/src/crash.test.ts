import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, seededRandom } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStream } from './sqlite-stream.ts';

/** Far more than it takes, for a machine that does much else. */
const TIMEOUT_MS = 120_000;
const script = join(import.meta.dirname, 'testing', 'work-loop.ts');
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-stream-'));
  path = join(folder, 'stream.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Payloads by what a worker said of them. */
type Said = Readonly<Record<'appended' | 'acking' | 'acked', ReadonlySet<string>>>;

/** Runs a worker until it has printed so many lines and a while longer, then kills it with -9. */
async function workAndDie(prefix: string, lines: number, whileMs: number): Promise<Said> {
  const child = spawn(process.execPath, [script, path, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    if (output.split('\n').length > lines) setTimeout(() => child.kill('SIGKILL'), whileMs);
  });
  const signal = await new Promise((resolve) => child.once('close', (_code, name) => resolve(name)));
  expect(signal).toBe('SIGKILL');
  const said = output
    .slice(0, output.lastIndexOf('\n'))
    .split('\n')
    .map((line) => line.split(' '));
  const about = (what: string): Set<string> =>
    new Set(said.flatMap(([word, ...rest]) => (word === what ? rest : [])));
  return { appended: about('appended'), acking: about('acking'), acked: about('acked') };
}

/** Takes over what the dead worker left, checks the books, finishes all; gives the unfinished and the buried. */
async function takeOver(): Promise<{ readonly open: readonly string[]; readonly buried: readonly string[] }> {
  const stream = await openSqliteStream({ path, clock });
  const group = await stream.group('workers');
  const { waiting, pending, buried } = await group.stats();
  const reclaimed = await group.reclaim('survivor', { minIdleMs: 0, count: 1_000_000 });
  const read = await group.read('survivor', { count: 1_000_000, blockMs: 0 });
  const letters = await group.buried({ limit: 1_000_000 });
  expect([read.length, reclaimed.length, letters.length]).toEqual([waiting, pending, buried]);
  for (const each of reclaimed) expect(each.attempt).toBe(2);
  for (const each of read) expect(each.attempt).toBe(1);
  const open = [...reclaimed, ...read];
  await group.ack(open.map((each) => each.id));
  expect(await stream.trim(0)).toBeGreaterThanOrEqual(open.length);
  expect(await stream.length()).toBe(0);
  await stream.close();
  return { open: open.map((each) => each.payload), buried: letters.map((each) => each.payload) };
}

test(
  'killed at any moment: what was appended is there, and what was under way comes back once',
  async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    process.stdout.write(`stream crash test, seed ${seed}\n`);
    let appended = 0;
    for (let round = 0; round < 12; round++) {
      const said = await workAndDie(`r${round}`, 3 + random.next() * 10, random.next() * 40);
      const { open, buried } = await takeOver();
      const kept = [...open, ...buried];
      expect(new Set(kept).size).toBe(kept.length);
      // An ack under way at the end may have been committed or not; everything else is certain.
      expect(said.appended.difference(said.acking).difference(new Set(kept))).toEqual(new Set());
      expect(said.acked.intersection(new Set(kept))).toEqual(new Set());
      appended += said.appended.size;
    }
    expect(appended).toBeGreaterThanOrEqual(12 * 10);
  },
  TIMEOUT_MS,
);

test(
  'workers in several processes split the messages, each to one of them',
  async () => {
    const said = await Promise.all(['a', 'b', 'c'].map((prefix) => workAndDie(prefix, 60, 0)));
    const acked = said.map((each) => each.acked);
    for (const each of acked) expect(each.size).toBeGreaterThan(0);
    expect(new Set(acked.flatMap((each) => [...each])).size).toBe(
      acked.reduce((sum, { size }) => sum + size, 0),
    );
    const { open, buried } = await takeOver();
    const appended = new Set(said.flatMap((each) => [...each.appended]));
    const acking = new Set(said.flatMap((each) => [...each.acking]));
    expect(appended.difference(acking).difference(new Set([...open, ...buried]))).toEqual(new Set());
  },
  TIMEOUT_MS,
);
