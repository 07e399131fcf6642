import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogTail, type LogTailOptions } from './log-tail.ts';
import { TailPositions } from './tail-position.ts';

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
  expect(positions.read(path)).toMatchObject({ path, offset: 4 });
  positions.write({ path, inode: 0, offset: 4 });
  const { lines } = follow();
  await has(lines, ['one']);
});
