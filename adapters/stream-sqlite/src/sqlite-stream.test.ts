import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@aegis/model';
import type { Delivery } from '@aegis/ports';
import { streamConformance } from '@aegis/ports/conformance';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStream, type SqliteStreamOptions } from './sqlite-stream.ts';

let folder: string;
const clock = new ManualClock();
const open = (options: Partial<SqliteStreamOptions> = {}) =>
  openSqliteStream({ path: join(folder, 'stream.db'), clock, ...options });
const makeFolder = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-stream-'));
};
const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });

streamConformance('sqlite', {
  open: () => {
    makeFolder();
    return open();
  },
  reopen: open,
  advance: async (ms) => clock.advance(ms),
  cleanup: async () => removeFolder(),
});

describe('the SQLite stream', () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  test('refuses what is over its length, all of it, and takes more once messages are finished', async () => {
    const stream = await open({ maxLength: 5 });
    const group = await stream.group('g');
    await stream.append(['a', 'b', 'c']);
    await expect(stream.append(['d', 'e', 'f'])).rejects.toMatchObject({ code: 'stream_full' });
    expect(await stream.length()).toBe(3);
    await stream.append(['d', 'e']);

    const read = await group.read('c', { count: 5, blockMs: 0 });
    await expect(stream.append(['f'])).rejects.toMatchObject({ code: 'stream_full' });
    await group.ack(read.map((each) => each.id).slice(1));
    await stream.append(['f', 'g', 'h', 'i']);
    expect(await stream.length()).toBe(5);
    expect(await group.stats()).toEqual({ waiting: 4, pending: 1, buried: 0 });
    clock.advance(1);
    expect(await group.reclaim('c', { minIdleMs: 1, count: 9 })).toMatchObject([{ payload: 'a' }]);
    await stream.close();
  });

  test('refuses what is over its size in UTF-8 bytes', async () => {
    const stream = await open({ maxBytes: 10 });
    const group = await stream.group('g');
    await stream.append(['☃☃']);
    await expect(stream.append(['12345'])).rejects.toMatchObject({ code: 'stream_full' });
    await stream.append(['1234']);
    await group.ack((await group.read('c', { count: 2, blockMs: 0 })).map((each) => each.id));
    expect(await stream.trim(0)).toBe(2);
    await stream.append(['1234567890']);
    await expect(stream.append(['12345678901'])).rejects.toMatchObject({ code: 'stream_full' });
    await stream.close();
  });

  test('keeps a bounded number of dead letters, the newest', async () => {
    const stream = await open({ maxBuried: 2 });
    const group = await stream.group('g');
    await stream.append(['a', 'b', 'c', 'd']);
    for (const each of await group.read('c', { count: 4, blockMs: 0 }))
      await group.bury(each, 'x'.repeat(5_000));
    const letters = await group.buried({ limit: 10 });
    expect(letters.map((each) => [each.payload, each.reason.length])).toEqual([
      ['c', 1_000],
      ['d', 1_000],
    ]);
    await stream.close();
  });

  test('counts idleness anew after the wall clock went back', async () => {
    const stream = await open();
    const group = await stream.group('g');
    await stream.append(['a']);
    await group.read('c', { count: 1, blockMs: 0 });
    clock.jump(clock.now() - 3_600_000);
    expect(await group.reclaim('c', { minIdleMs: 1_000, count: 1 })).toEqual([]);
    clock.advance(1_000);
    expect(await group.reclaim('c', { minIdleMs: 1_000, count: 1 })).toMatchObject([{ attempt: 2 }]);
    await stream.close();
  });

  test('hands out large payloads in bounded batches', async () => {
    const stream = await open();
    const group = await stream.group('g');
    const large = 'x'.repeat(12 * 1024 * 1024);
    await stream.append([large, large, large]);
    const batches: (readonly Delivery[])[] = [];
    for (let i = 0; i < 2; i++) batches.push(await group.read('c', { count: 10, blockMs: 0 }));
    expect(batches.map((each) => each.length)).toEqual([2, 1]);
    await stream.close();
  });

  test('says that it is unavailable once closed, or where the file is no database', async () => {
    const stream = await open();
    const group = await stream.group('g');
    await stream.close();
    await stream.close();
    await expect(stream.append(['a'])).rejects.toMatchObject({ code: 'stream_unavailable' });
    await expect(group.read('c', { count: 1, blockMs: 0 })).rejects.toMatchObject({
      code: 'stream_unavailable',
    });
    await expect(open({ path: folder })).rejects.toMatchObject({ code: 'stream_unavailable' });
  });
});
