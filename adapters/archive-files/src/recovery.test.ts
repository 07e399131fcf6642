import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, type SessionRecord } from '@aegis/model';
import type { Archive } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArchiveFormat } from './day-files.ts';
import { openFileArchive } from './file-archive.ts';
import { readDayFiles } from './testing/read-day-files.ts';

let folder: string;
let day: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-archive-'));
  day = join(folder, 'sessions/2025-10-27');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (format: ArchiveFormat = 'jsonl') =>
  openFileArchive({ folder, clock: new ManualClock(), format });
const records = ['a', 'b', 'c'].map((sess_uuid) => sessionRecord({ sess_uuid }));
const ids = (name: string): readonly string[] => readDayFiles(folder, name).map((each) => each.sess_uuid);
const found = async (archive: Archive): Promise<readonly string[]> =>
  (await archive.find({ limit: 500 })).sessions.map((each) => each.sess_uuid);

async function storeAndClose(
  format: ArchiveFormat = 'jsonl',
  all: readonly SessionRecord[] = records,
): Promise<void> {
  const archive = await open(format);
  await archive.store(all);
  await archive.close();
}

test('what a dead writer left behind the committed length is cut off', async () => {
  await storeAndClose();
  const whole = readFileSync(join(day, 'sessions.jsonl'), 'utf8');
  for (const rest of [JSON.stringify(records[0]).slice(0, 100), `${JSON.stringify(records[0])}\n{"sess`]) {
    for (const name of ['sessions', 'alerts']) appendFileSync(join(day, `${name}.jsonl`), rest);
    const archive = await open();
    expect(readFileSync(join(day, 'sessions.jsonl'), 'utf8')).toBe(whole);
    expect(ids('alerts')).toEqual(['a', 'b', 'c']);
    await archive.close();
  }
});

test('an array that a dead writer left open is closed again', async () => {
  await storeAndClose('json');
  const path = join(day, 'sessions.json');
  const whole = readFileSync(path, 'utf8');
  for (const broken of [
    `${whole.slice(0, -3)},\n{"sess_uuid":`,
    `${whole.slice(0, -3)},\n{`,
    whole.slice(0, -2),
  ]) {
    writeFileSync(path, broken);
    await (await open('json')).close();
    expect(readFileSync(path, 'utf8')).toBe(whole);
  }
});

test('the next batch writes over what a dead writer of another process left', async () => {
  await storeAndClose();
  const archive = await open();
  for (const rest of ['{"half', `{"long":"${'x'.repeat(20_000)}"}\n`]) {
    appendFileSync(join(day, 'sessions.jsonl'), rest);
    await archive.store([sessionRecord({ sess_uuid: `after ${rest.length}` })]);
  }
  expect(ids('sessions')).toHaveLength(5);
  expect(await found(archive)).toHaveLength(5);
  await archive.close();
});

test('sessions whose bytes somebody removed are no longer kept, and can be stored again', async () => {
  await storeAndClose();
  const third = readFileSync(join(day, 'sessions.jsonl')).lastIndexOf('{"sess_uuid":"c"');
  truncateSync(join(day, 'sessions.jsonl'), third + 10);
  const archive = await open();
  expect(await found(archive)).toEqual(['a', 'b']);
  expect(await archive.stats({})).toMatchObject({ sessions: 2, requests: 30, by_technique: { T1190: 2 } });
  expect(ids('alerts')).toEqual(['a', 'b']);
  expect(await archive.store(records)).toEqual([false, false, true]);
  expect(ids('sessions')).toEqual(['a', 'b', 'c']);
  expect(ids('alerts')).toEqual(['a', 'b', 'c']);
  await archive.close();
});

test('a day that somebody removed is gone, at the start and while running', async () => {
  await storeAndClose();
  rmSync(day, { recursive: true });
  const archive = await open();
  expect(await found(archive)).toEqual([]);
  expect(await archive.days()).toEqual([]);
  expect(await archive.store(records)).toEqual([true, true, true]);
  rmSync(day, { recursive: true });
  await archive.store([sessionRecord({ sess_uuid: 'd' })]);
  expect(await found(archive)).toEqual(['d']);
  expect((await archive.stats({})).sessions).toBe(1);
  expect(ids('alerts')).toEqual(['d']);
  await archive.close();
});

test('a copy that somebody removed is made again', async () => {
  await storeAndClose();
  rmSync(join(day, 'alerts.jsonl'));
  truncateSync(join(day, 'high_risk_sessions.jsonl'), 50);
  await (await open()).close();
  expect(ids('alerts')).toEqual(['a', 'b', 'c']);
  expect(ids('high_risk_sessions')).toEqual(['a', 'b', 'c']);
});

for (const format of ['jsonl', 'json'] as const) {
  test(`an index that was lost is made again from the ${format} files`, async () => {
    await storeAndClose(format);
    const before = readFileSync(join(day, `sessions.${format}`), 'utf8');
    for (const name of ['archive.db', 'archive.db-wal', 'archive.db-shm'])
      rmSync(join(folder, name), { force: true });
    if (format === 'jsonl') appendFileSync(join(day, 'sessions.jsonl'), '{"sess_uuid":"half');
    const archive = await open(format);
    expect(readFileSync(join(day, `sessions.${format}`), 'utf8')).toBe(before);
    expect(await found(archive)).toEqual(['a', 'b', 'c']);
    expect(await archive.get('b')).toEqual(records[1]);
    expect(await archive.stats({})).toMatchObject({ sessions: 3, requests: 45 });
    expect(await archive.store([...records, sessionRecord({ sess_uuid: 'd' })])).toEqual([
      false,
      false,
      false,
      true,
    ]);
    if (format === 'jsonl') expect(ids('alerts')).toEqual(['a', 'b', 'c', 'd']);
    await archive.close();
  });
}

test('a record that was changed from outside is reported, not returned', async () => {
  await storeAndClose();
  const path = join(day, 'sessions.jsonl');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"sess_uuid":"b"', '"sess_uuid":"x"'));
  const archive = await open();
  await expect(archive.get('b')).rejects.toMatchObject({ code: 'archive_unavailable' });
  expect(await archive.get('a')).toEqual(records[0]);
  await archive.close();
});
