import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogTail, type LogTailOptions } from './log-tail.ts';
import { TailPositions } from './tail-position.ts';

const SEED = Number(process.env.AEGIS_SEED ?? 20_261_122);
let folder: string;
let path: string;
let running: LogTail[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-tail-'));
  path = join(folder, 'access.log');
  running = [];
});

afterEach(async () => {
  for (const tail of running) await tail.stop();
  rmSync(folder, { recursive: true, force: true });
});

function follow(options: Partial<LogTailOptions> = {}): { readonly lines: string[]; readonly tail: LogTail } {
  const lines: string[] = [];
  const tail = new LogTail({
    path,
    from: 'beginning',
    positions: new TailPositions(folder),
    onLine: (line) => lines.push(line),
    logger: silentLogger,
    pollMs: 5,
    ...options,
  });
  tail.start();
  running.push(tail);
  return { lines, tail };
}

async function ended(tail: LogTail): Promise<void> {
  running = running.filter((each) => each !== tail);
  await tail.stop();
}

const within = { timeout: 30_000, interval: 5 };
const has = (lines: readonly string[], expected: readonly string[]) =>
  vi.waitFor(() => expect(lines).toEqual(expected), within);

test('lines come as they are written, and only when they are whole', async () => {
  writeFileSync(path, 'one\n');
  const { lines } = follow();
  await has(lines, ['one']);
  appendFileSync(path, 'tw');
  appendFileSync(path, 'o\nthree\n');
  await has(lines, ['one', 'two', 'three']);
});

test('from its end, only what is new; a log that appears later is new from its beginning', async () => {
  writeFileSync(path, 'old\n');
  const { lines, tail } = follow({ from: 'end' });
  await vi.waitFor(() => expect(new TailPositions(folder).read(path)?.offset).toBe(4), within);
  appendFileSync(path, 'new\n');
  await has(lines, ['new']);
  await ended(tail);

  path = join(folder, 'later.log');
  const later = follow({ from: 'end' });
  await vi.waitFor(() => expect(later.tail.trouble).toContain('ENOENT'), within);
  writeFileSync(path, 'first\n');
  await has(later.lines, ['first']);
  expect(later.tail.trouble).toBe('');
});

test('a log that is renamed is read to its end, then its successor', async () => {
  writeFileSync(path, 'one\n');
  const { lines } = follow();
  await has(lines, ['one']);
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'two\n');
  writeFileSync(path, 'three\n');
  await has(lines, ['one', 'two', 'three']);
  appendFileSync(path, 'four\n');
  await has(lines, ['one', 'two', 'three', 'four']);
});

test('a log that is cut short is begun anew', async () => {
  writeFileSync(path, 'one\ntwo\nthree\n');
  const { lines } = follow();
  await has(lines, ['one', 'two', 'three']);
  truncateSync(path, 0);
  appendFileSync(path, 'four\n');
  await has(lines, ['one', 'two', 'three', 'four']);
});

test('a restart goes on where it was, also where the log was renamed meanwhile', async () => {
  writeFileSync(path, 'one\ntwo\nthr');
  const before = follow();
  await has(before.lines, ['one', 'two']);
  await ended(before.tail);

  appendFileSync(path, 'ee\n');
  const after = follow();
  await has(after.lines, ['three']);
  await ended(after.tail);

  appendFileSync(path, 'four\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'five\n');
  const last = follow();
  await has(last.lines, ['four', 'five']);
});

test('a place that cannot be read is no place', async () => {
  writeFileSync(path, 'one\n');
  const first = follow();
  await has(first.lines, ['one']);
  await ended(first.tail);
  const positions = new TailPositions(folder);
  expect(positions.read(path)).toMatchObject({ offset: 4 });
  positions.write(path, { inode: 0, offset: 4 });
  const { lines } = follow();
  await has(lines, ['one']);
});

test('copied and truncated, what was not read yet is read from the copy, also where the log has grown beyond', async () => {
  writeFileSync(path, 'one\n');
  const before = follow();
  await has(before.lines, ['one']);
  await ended(before.tail);
  appendFileSync(path, 'two\n');
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
  appendFileSync(path, 'three\n');
  const after = follow();
  await has(after.lines, ['two', 'three']);
  // While it is followed too: by the time that it looks, all of this has happened.
  appendFileSync(path, 'four\n');
  renameSync(`${path}.1`, `${path}.2`);
  copyFileSync(path, `${path}.1`);
  writeFileSync(path, 'a line that is longer than everything before\n');
  await vi.waitFor(
    () => expect(after.lines.at(-1)).toBe('a line that is longer than everything before'),
    within,
  );
  expect(after.lines.filter((line) => line === 'three')).toHaveLength(1);
});

test('rotated more than once while nobody looked, every file is read in its turn; compressed ones are not', async () => {
  const path1 = (n: number): string => `${path}.${n}`;
  const wait = (n: number): void => utimesSync(path1(n), n === 1 ? 3_000 : 2_000, n === 1 ? 3_000 : 2_000);
  writeFileSync(path, 'one\n');
  const before = follow();
  await has(before.lines, ['one']);
  await ended(before.tail);
  appendFileSync(path, 'two\n');
  renameSync(path, path1(2));
  writeFileSync(path1(1), 'three\n');
  wait(1);
  wait(2);
  writeFileSync(`${path}.3.gz`, gzipSync('zero\n'));
  writeFileSync(`${path}.json`, 'another log\n');
  writeFileSync(path, 'four\n');
  const after = follow();
  await has(after.lines, ['two', 'three', 'four']);
  await ended(after.tail);
  expect((await followAgain()).lines).toEqual(['five']);
  async function followAgain(): Promise<{ readonly lines: string[] }> {
    appendFileSync(path, 'five\n');
    const last = follow();
    await has(last.lines, ['five']);
    return last;
  }
});

test('a writer that still has the renamed log open is read on', async () => {
  writeFileSync(path, 'one\n');
  const { lines } = follow({ pollMs: 20 });
  await has(lines, ['one']);
  const writer = openSync(path, 'a');
  try {
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    writeSync(writer, 'two\n');
    await has(lines, ['one', 'two']);
    writeSync(writer, 'three\n');
    await has(lines, ['one', 'two', 'three']);
    writeFileSync(path, 'four\n');
    await has(lines, ['one', 'two', 'three', 'four']);
  } finally {
    closeSync(writer);
  }
});

test('another file of the same inode is not taken for the one that was followed', async () => {
  writeFileSync(path, 'one\n');
  const first = follow();
  await has(first.lines, ['one']);
  await ended(first.tail);
  // In place: what a file system does that gives a freed inode to the next file.
  writeFileSync(path, 'two\nthree\n');
  const { lines } = follow();
  await has(lines, ['two', 'three']);
});

test('whatever rotation does, and however often it is stopped, each line comes once', async () => {
  const random = seededRandom(SEED);
  const lines: string[] = [];
  const written: string[] = [];
  let tail: LogTail | undefined;
  const start = (): void => {
    const next = follow({ pollMs: 1, onLine: (line) => lines.push(line) });
    tail = next.tail;
  };
  const stop = async (): Promise<void> => {
    if (tail !== undefined) await ended(tail);
    tail = undefined;
  };
  let generation = 0;
  let clock = 1_000;
  let rotatedAt = 0;
  const write = (): void => {
    const line = `line ${written.length} ${'x'.repeat(Math.floor(random.next() * 30))}`;
    written.push(line);
    appendFileSync(path, `${line}\n`);
    utimesSync(path, ++clock, clock);
  };
  write();
  start();
  // Of a log of which nothing was known, what was rotated before is not read.
  await vi.waitFor(() => expect(new TailPositions(folder).read(path)).toBeDefined(), within);
  for (let step = 0; step < 150; step++) {
    const chance = random.next();
    // Whoever looks gets to look between two rotations; while nobody does there may be any number.
    const looks = tail !== undefined;
    const rotates = chance >= 0.7 && chance < 0.85;
    if (rotates && looks)
      await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(rotatedAt), within);
    if (chance < 0.6) write();
    else if (chance < 0.7) await (tail === undefined ? start() : stop());
    else if (chance < 0.8) renameSync(path, `${path}.${10_000 + generation++}`);
    else if (chance < 0.85) {
      copyFileSync(path, `${path}.${10_000 + generation}`);
      utimesSync(`${path}.${10_000 + generation++}`, clock, clock);
      truncateSync(path, 0);
    } else await new Promise((resolve) => setTimeout(resolve, 3));
    // A log that is renamed or emptied has lines again before it is so once more, as with any rotation by size or day.
    if (!rotates) continue;
    write();
    rotatedAt = written.length;
  }
  if (tail === undefined) start();
  await vi.waitFor(() => expect(lines.length, `seed ${SEED}`).toBeGreaterThanOrEqual(written.length), within);
  expect(lines, `seed ${SEED}`).toEqual(written);
});
