import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ManualClock, seededRandom } from '@aegis/model';
import { sessionRecord } from '@aegis/ports/conformance';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFileArchive } from './file-archive.ts';
import { readDayFiles } from './testing/read-day-files.ts';

/** Far more than it takes, for a machine that does much else. */
const TIMEOUT_MS = 120_000;
const script = join(import.meta.dirname, 'testing', 'store-loop.ts');
const model = JSON.stringify(sessionRecord());
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Writer {
  /** Resolves once it has stored this many batches. */
  stored(batches: number): Promise<void>;
  /** kill -9; gives the ids of all batches that it said were stored. */
  kill(): Promise<readonly string[]>;
}

function startWriter(prefix: string, first: number): Writer {
  const child: ChildProcess = spawn(process.execPath, [script, folder, prefix, String(first), model], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  const watchers = new Set<() => void>();
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
    for (const watch of watchers) watch();
  });
  return {
    stored: (batches) =>
      new Promise((resolve, reject) => {
        void ended.then(() => reject(new Error(`the writer ended by itself: ${output.slice(-200)}`)));
        const watch = (): void => {
          if (output.split('\n').length > batches) resolve();
        };
        watchers.add(watch);
        watch();
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
      return output
        .slice(0, output.lastIndexOf('\n') + 1)
        .split(/\s+/)
        .filter(Boolean);
    },
  };
}

async function expectOnce(acknowledged: ReadonlySet<string>): Promise<void> {
  const archive = await openFileArchive({ folder, clock: new ManualClock() });
  const records = readDayFiles(folder, 'sessions');
  const ids = records.map((each) => each.sess_uuid);
  expect(new Set(ids).size).toBe(ids.length);
  expect(acknowledged.difference(new Set(ids))).toEqual(new Set());
  for (const record of records) {
    if (!isDeepStrictEqual(await archive.get(record.sess_uuid), record))
      expect.fail(`lost ${record.sess_uuid}`);
  }

  const stats = await archive.stats({});
  expect(stats.sessions).toBe(ids.length);
  expect(stats.requests).toBe(records.reduce((sum, each) => sum + each.request_count, 0));
  const expected = {
    high_risk_sessions: records.filter((each) => each.risk_score >= 70),
    alerts: records.filter((each) => each.threat_level === 'HIGH'),
  };
  for (const [name, copies] of Object.entries(expected)) expect(readDayFiles(folder, name)).toEqual(copies);
  await archive.close();
}

test(
  'killed at any moment: what was acknowledged is there exactly once, and no line is half',
  async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    process.stdout.write(`archive crash test, seed ${seed}\n`);
    const acknowledged = new Set<string>();
    for (let round = 0; round < 12; round++) {
      // A round begins with the last sessions acknowledged, as a worker would after its stream delivers again.
      const writer = startWriter('s', Math.max(0, acknowledged.size - 30));
      await writer.stored(1 + Math.floor(random.next() * 4));
      await new Promise((resolve) => setTimeout(resolve, random.next() * 40));
      for (const id of await writer.kill()) acknowledged.add(id);
      await expectOnce(acknowledged);
    }
    expect(acknowledged.size).toBeGreaterThan(12 * 10);
  },
  TIMEOUT_MS,
);

test(
  'two processes that store the same sessions keep each once',
  async () => {
    const writers = [startWriter('s', 0), startWriter('s', 0), startWriter('t', 0)];
    await Promise.all(writers.map((writer) => writer.stored(15)));
    const acknowledged = await Promise.all(writers.map((writer) => writer.kill()));
    for (const ids of acknowledged) expect(ids.length).toBeGreaterThanOrEqual(300);
    await expectOnce(new Set(acknowledged.flat()));
  },
  TIMEOUT_MS,
);
