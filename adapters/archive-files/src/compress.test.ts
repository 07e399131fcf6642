import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ManualClock, type SessionRecord, seededRandom } from '@aegis/model';
import type { Archive } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFileArchive } from './file-archive.ts';
import { readDayFiles } from './testing/read-day-files.ts';

const TIMEOUT_MS = 120_000;
const LONG_AFTER = Date.UTC(2031, 0);
const model = JSON.stringify(sessionRecord());
let folder: string;
let day: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-compress-'));
  day = join(folder, 'sessions/2025-10-27');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (format: 'jsonl' | 'json' = 'jsonl') =>
  openFileArchive({ folder, clock: new ManualClock(Date.UTC(2030, 0)), format });
const many = (from: number, count: number): readonly SessionRecord[] =>
  Array.from({ length: count }, (_, i) =>
    sessionRecord({
      sess_uuid: `s${from + i}`,
      start_time: at((from + i) * 1_000),
      user_agent: `agent ${from + i} ☃`,
    }),
  );
const at = (ms: number): string => new Date(Date.UTC(2025, 9, 27, 2) + ms).toISOString();
const names = (): readonly string[] => readdirSync(day).toSorted();

async function all(archive: Archive): Promise<ReadonlyMap<string, SessionRecord>> {
  const found = new Map<string, SessionRecord>();
  for (let cursor: string | undefined; ; ) {
    const page = await archive.find({ limit: 500, ...(cursor !== undefined && { cursor }) });
    for (const each of page.sessions) found.set(each.sess_uuid, each);
    if (page.next === undefined) return found;
    cursor = page.next;
  }
}

/** Files and index say the same, and every session stands in the files once. */
async function expectWhole(archive: Archive): Promise<void> {
  const records = readDayFiles(folder, 'sessions');
  const kept = await all(archive);
  expect(new Set(records.map((each) => each.sess_uuid)).size).toBe(records.length);
  expect(kept.size).toBe(records.length);
  for (const record of records)
    if (!isDeepStrictEqual(kept.get(record.sess_uuid), record)) expect.fail(`lost ${record.sess_uuid}`);
  const stats = await archive.stats({});
  expect(stats.sessions).toBe(records.length);
  expect(stats.by_attack_type).toEqual(records.length === 0 ? {} : { sql_injection: records.length });
  expect(stats.top_sources.reduce((sum, each) => sum + each.sessions, 0)).toBe(records.length);
  expect(readDayFiles(folder, 'alerts')).toHaveLength(records.length);
}

test('a closed day becomes files that every zstd program reads, and is read as before', async (context) => {
  const archive = await open();
  const records = many(0, 700);
  await archive.store(records);
  const plain = readFileSync(join(day, 'sessions.jsonl'));
  expect(await archive.compact(Date.UTC(2025, 9, 27, 23))).toBe(0);
  expect(await archive.compact(LONG_AFTER)).toBe(3);
  expect(names()).toEqual(['alerts.jsonl.zst', 'high_risk_sessions.jsonl.zst', 'sessions.jsonl.zst']);
  await expectWhole(archive);
  expect(readFileSync(join(day, 'sessions.jsonl.zst')).length).toBeLessThan(plain.length / 5);
  await archive.close();
  if (spawnSync('zstd', ['--version']).error !== undefined) context.skip('needs the program zstd');
  const undone = execFileSync('zstd', ['-dc', join(day, 'sessions.jsonl.zst')], {
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(undone.equals(plain)).toBe(true);
});

test('late sessions stand beside, and become a part of their own once they are many', async () => {
  const archive = await open();
  await archive.store(many(0, 50));
  await archive.compact(LONG_AFTER);
  await archive.store(many(40, 20));
  expect(await archive.compact(LONG_AFTER)).toBe(0);
  expect(names()).toContain('sessions.jsonl');
  await expectWhole(archive);
  await archive.store(many(60, 700));
  expect(await archive.compact(LONG_AFTER)).toBe(3);
  expect(names()).toContain('sessions.2.jsonl.zst');
  expect(names()).not.toContain('sessions.jsonl');
  expect((await all(archive)).size).toBe(760);
  await archive.close();
  const again = await open();
  await expectWhole(again);
  await again.close();
});

test('the json format is compressed as the whole array it is', async () => {
  const archive = await open('json');
  await archive.store(many(0, 300));
  await archive.compact(LONG_AFTER);
  await archive.store(many(290, 20));
  expect(names()).toContain('sessions.json.zst');
  const late = JSON.parse(readFileSync(join(day, 'sessions.json'), 'utf8')) as readonly unknown[];
  expect(late).toHaveLength(10);
  expect((await all(archive)).size).toBe(310);
  await archive.close();
});

test('an index that was lost is made again from compressed files, and a copy too', async () => {
  const archive = await open();
  await archive.store(many(0, 100));
  await archive.compact(LONG_AFTER);
  await archive.store(many(90, 20));
  await archive.close();
  for (const name of ['archive.db', 'archive.db-wal', 'archive.db-shm'])
    rmSync(join(folder, name), { force: true });
  const again = await open();
  expect(await again.store(many(0, 110))).not.toContain(true);
  await expectWhole(again);
  await again.close();
  rmSync(join(day, 'alerts.jsonl.zst'), { force: true });
  rmSync(join(day, 'alerts.jsonl'), { force: true });
  const third = await open();
  await expectWhole(third);
  await third.close();
});

test('a compressed file that somebody removed is forgotten, one that was damaged is told of and kept', async () => {
  const archive = await open();
  await archive.store(many(0, 100));
  await archive.compact(LONG_AFTER);
  await archive.close();
  const path = join(day, 'sessions.jsonl.zst');
  const whole = readFileSync(path);
  const broken = Buffer.from(whole);
  broken.fill(0xff, 100, 120);
  for (const content of [broken, whole.subarray(0, whole.length - 30)]) {
    writeFileSync(path, content);
    const damaged = await open();
    await expect(damaged.get('s3')).rejects.toMatchObject({ code: 'archive_unavailable' });
    await damaged.close();
    expect(readFileSync(path).equals(content)).toBe(true);
  }
  rmSync(path);
  const gone = await open();
  expect(await all(gone)).toEqual(new Map());
  expect(await gone.store(many(0, 100))).not.toContain(false);
  await expectWhole(gone);
  await gone.close();
});

test('a disk that is full while a day is compressed leaves it as it was, and the next time works', async () => {
  const archive = await open();
  await archive.store(many(0, 300));
  const before = names();
  // Whatever name it writes under, there is no room.
  const real = join(folder, 'real');
  execFileSync('mv', [day, real]);
  symlinkSync('/proc/self', day);
  await expect(archive.compact(LONG_AFTER)).rejects.toMatchObject({
    code: expect.stringMatching(/^archive_/),
  });
  rmSync(day);
  execFileSync('mv', [real, day]);
  expect(names()).toEqual(before);
  await expectWhole(archive);
  expect(await archive.compact(LONG_AFTER)).toBe(3);
  await expectWhole(archive);
  await archive.close();
});

test('an aborted compression leaves nothing behind', async () => {
  const archive = await open();
  await archive.store(many(0, 300));
  const before = names();
  const abort = new AbortController();
  const compacting = archive.compact(LONG_AFTER, abort.signal);
  abort.abort();
  expect(await compacting).toBe(0);
  expect(names()).toEqual(before);
  await archive.close();
});

test('removing days leaves no file of theirs, also where they were compressed', async () => {
  const archive = await open();
  await archive.store([
    ...many(0, 600),
    sessionRecord({ sess_uuid: 'other day', start_time: '2025-10-28T01:00:00Z' }),
  ]);
  await archive.compact(LONG_AFTER);
  await archive.store(many(600, 10));
  expect(await archive.retain(LONG_AFTER)).toBe(611);
  await archive.close();
  expect(existsSync(day)).toBe(false);
  expect(readdirSync(join(folder, 'sessions'))).toEqual([]);
  expect(existsSync(join(folder, 'stats/2025-10-27_stats.json'))).toBe(false);
});

test('a session for a day that is being removed is kept, alone', async () => {
  const archive = await open();
  await archive.store(many(0, 600));
  const removing = archive.retain(LONG_AFTER);
  await new Promise((resolve) => setImmediate(resolve));
  const [isNew] = await Promise.all([archive.store(many(0, 1)), removing]);
  const kept = [...(await all(archive)).keys()];
  // Before its removal began it was there already; after, it is new.
  expect(kept).toEqual(isNew[0] === true ? ['s0'] : []);
  await expectWhole(archive);
  await archive.close();
});

function start(script: string, ...parameters: readonly string[]) {
  const path = join(import.meta.dirname, 'testing', script);
  const child: ChildProcess = spawn(process.execPath, [path, folder, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  const heard = Promise.withResolvers<void>();
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
    heard.resolve();
  });
  return {
    heard: heard.promise,
    async kill(): Promise<readonly string[]> {
      child.kill('SIGKILL');
      await ended;
      return output
        .slice(0, output.lastIndexOf('\n') + 1)
        .split(/\s+/)
        .filter(Boolean);
    },
  };
}

test(
  'killed at any moment while it compresses and late sessions come: each is there once',
  async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    process.stdout.write(`archive compression crash test, seed ${seed}\n`);
    const acknowledged = new Set<string>();
    for (let round = 0; round < 14; round++) {
      const child = start('compress-loop.ts', String(round * 1_000), model);
      await child.heard;
      await new Promise((resolve) => setTimeout(resolve, random.next() * 60));
      for (const id of await child.kill()) acknowledged.add(id);
      const archive = await open();
      await expectWhole(archive);
      expect(acknowledged.difference(new Set((await all(archive)).keys()))).toEqual(new Set());
      await archive.close();
    }
  },
  TIMEOUT_MS,
);

test(
  'killed at any moment while it removes: files, index and statistics say the same, and the rest goes next',
  async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    process.stdout.write(`archive removal crash test, seed ${seed}\n`);
    const filled = await open();
    for (let i = 0; i < 6; i++) await filled.store(many(i * 20_000, 1_500));
    await filled.compact(LONG_AFTER);
    await filled.close();
    for (let round = 0; round < 8; round++) {
      const child = start('retain-loop.ts');
      await child.heard;
      await new Promise((resolve) => setTimeout(resolve, random.next() * 40));
      await child.kill();
      const archive = await open();
      const kept = await all(archive);
      expect((await archive.stats({})).sessions).toBe(kept.size);
      // What is half removed stands in files still; what is kept stands there in any case.
      const inFiles = new Set(readDayFiles(folder, 'sessions').map((each) => each.sess_uuid));
      expect(new Set(kept.keys()).difference(inFiles)).toEqual(new Set());
      await archive.close();
    }
    const last = await open();
    await last.retain(LONG_AFTER);
    expect(readdirSync(join(folder, 'sessions'))).toEqual([]);
    await expectWhole(last);
    await last.close();
  },
  TIMEOUT_MS,
);
