import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Database } from './database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-sqlite-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const create = 'CREATE TABLE t (n INTEGER PRIMARY KEY)';
const open = (migrations: readonly string[] = [create]): Database =>
  Database.open({ path: join(folder, 'sub', 'x.db'), migrations, unavailable: 'test_unavailable' });
const numbers = (database: Database): readonly unknown[] =>
  database.read((db) => db.prepare('SELECT n FROM t ORDER BY n').all()).map((row) => row.n);

test('writes of one turn share a transaction and are all there after reopening', async () => {
  const database = open();
  await Promise.all(
    [1, 2, 3].map((n) => database.write((db) => db.prepare('INSERT INTO t VALUES (?)').run(n))),
  );
  await database.close();
  const again = open();
  expect(numbers(again)).toEqual([1, 2, 3]);
  await again.close();
});

test('a work that throws is undone alone', async () => {
  const database = open();
  const results = await Promise.allSettled([
    database.write((db) => db.prepare('INSERT INTO t VALUES (1)').run()),
    database.write((db) => {
      db.prepare('INSERT INTO t VALUES (2)').run();
      throw new Error('changed my mind');
    }),
    database.write((db) => db.prepare('INSERT INTO t VALUES (1)').run()),
    database.write((db) => db.prepare('INSERT INTO t VALUES (3)').run()),
  ]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(results[2]).toMatchObject({ reason: { code: 'test_unavailable' } });
  expect(numbers(database)).toEqual([1, 3]);
  await database.close();
});

test('close commits what is waiting', async () => {
  const database = open();
  const waiting = database.write((db) => db.prepare('INSERT INTO t VALUES (7)').run());
  await database.close();
  await waiting;
  const again = open();
  expect(numbers(again)).toEqual([7]);
  await again.close();
});

test('migrations run once, in order, and a newer file is refused with the mend', async () => {
  await open().close();
  const second = open([create, 'ALTER TABLE t ADD COLUMN m']);
  await second.write((db) => db.prepare('INSERT INTO t (n, m) VALUES (1, 2)').run());
  await second.close();
  expect(() => open()).toThrow(/newer version of Aegis/);
});

test('a file that is not a database is an AegisError of the given code', () => {
  expect(() => Database.open({ path: folder, migrations: [], unavailable: 'test_unavailable' })).toThrow(
    expect.objectContaining({ code: 'test_unavailable' }),
  );
});

test('a writer waits for another connection without stopping the event loop', async () => {
  const database = open();
  const other = new DatabaseSync(join(folder, 'sub', 'x.db'));
  other.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1)');
  const writing = database.write((db) => db.prepare('INSERT INTO t VALUES (2)').run());
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(numbers(database)).toEqual([]);
  other.exec('COMMIT');
  await writing;
  expect(numbers(database)).toEqual([1, 2]);
  other.close();
  await database.close();
});

test('no room left has a code of its own, and writing goes on once there is room', async () => {
  const path = join(folder, 'small.db');
  const database = Database.open({
    path,
    migrations: ['CREATE TABLE t (x)'],
    unavailable: 'gone',
    full: 'full',
  });
  const limit = (pages: number): unknown =>
    database.read((db) => db.exec(`PRAGMA max_page_count = ${pages}`));
  const insert = () => database.write((db) => db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run());
  limit(10);
  await expect(insert()).rejects.toMatchObject({ code: 'full' });
  limit(1_000);
  await insert();
  expect(database.read((db) => db.prepare('SELECT count(*) AS n FROM t').get()?.n)).toBe(1);
  await database.close();
});
