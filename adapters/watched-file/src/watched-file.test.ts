import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, Result, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WatchedFile } from './watched-file.ts';

let folder: string;
let path: string;
let errors: string[];
let reads: number;
let whileReading: () => void;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-watched-'));
  path = join(folder, 'file');
  errors = [];
  reads = 0;
  whileReading = () => {};
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Holds the text of the file; one that begins with `!` is broken, one with `?` throws. */
function watched(): WatchedFile<string> {
  const logger: Logger = { ...silentLogger, error: (_, message) => errors.push(message) };
  return new WatchedFile({
    path,
    maxBytes: 100,
    mend: 'write it again',
    describe: (text) => `the text ${text}`,
    logger,
    async load(file) {
      reads++;
      const text = readFileSync(file.path, 'utf8');
      whileReading();
      if (text.startsWith('?')) throw new Error('no such thing');
      return text.startsWith('!') ? Result.err('begins with "!"') : Result.ok(text);
    },
  });
}

test('a file that changes while it is read is not believed, and read again once it stands still', async () => {
  writeFileSync(path, 'one');
  const file = watched();
  await file.open();
  writeFileSync(path, 'two');
  whileReading = () => appendFileSync(path, '+');
  await file.refresh();
  await file.refresh();
  expect(file.value).toBe('one');
  whileReading = () => {};
  await file.refresh();
  expect(file.value).toBe('one');
  await file.refresh();
  expect(file.value).toBe('two+');
  expect(errors).toEqual([]);
  expect({ reads, loads: file.loads }).toEqual({ reads: 3, loads: 2 });
});

test('the same size and time do not hide a change', async () => {
  writeFileSync(path, 'one');
  const time = new Date('2026-01-01');
  utimesSync(path, time, time);
  const file = watched();
  await file.open();
  writeFileSync(path, 'two');
  utimesSync(path, time, time);
  await file.refresh();
  await file.refresh();
  expect(file.value).toBe('two');
});

test('each broken version is told once, with what answers instead and the mend', async () => {
  writeFileSync(path, '!1');
  const file = watched();
  await file.open();
  for (let i = 0; i < 3; i++) await file.refresh();
  expect(errors).toEqual([`${path} begins with "!"; nothing answers in its place; write it again`]);
  writeFileSync(path, 'good');
  for (let i = 0; i < 3; i++) await file.refresh();
  expect(file).toMatchObject({ value: 'good', trouble: '', loads: 1, refusals: 1 });
  writeFileSync(path, '?2');
  for (let i = 0; i < 3; i++) await file.refresh();
  expect(errors[1]).toBe(`${path} cannot be read: no such thing; the text good stays; write it again`);
  expect(file).toMatchObject({ value: 'good', trouble: errors[1], refusals: 2 });
  writeFileSync(path, 'x'.repeat(101));
  for (let i = 0; i < 3; i++) await file.refresh();
  expect(errors[2]).toContain('is 101 bytes long, more than the 100 that are read');
  expect(errors).toHaveLength(3);
});

test('a file that is gone for a moment is not told of, one that stays away is, and a folder is no file', async () => {
  writeFileSync(path, 'one');
  const file = watched();
  await file.open();
  rmSync(path);
  await file.refresh();
  writeFileSync(path, 'two');
  await file.refresh();
  await file.refresh();
  expect({ errors, value: file.value }).toEqual({ errors: [], value: 'two' });
  rmSync(path);
  for (let i = 0; i < 4; i++) await file.refresh();
  expect(errors).toEqual([`${path} does not exist; the text two stays; write it again`]);
  mkdirSync(path);
  for (let i = 0; i < 4; i++) await file.refresh();
  expect(errors).toHaveLength(2);
  expect(file.value).toBe('two');
});

test('a closed one holds nothing, also where it is closed while it reads', async () => {
  writeFileSync(path, 'one');
  const file = watched();
  const opening = file.open();
  await file.close();
  await opening;
  expect(file.value).toBeUndefined();
});
