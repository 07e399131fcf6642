import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AegisError, ManualClock, seededRandom, silentLogger } from '@aegis/model';
import { openSqliteNotificationQueue } from '@aegis/notification-queue-sqlite';
import type { Notification, NotificationQueue } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelSettings } from '../config/sections/notifications-section.ts';
import { ChannelSender } from './channel-sender.ts';
import { channelSettings } from './notification-fixture.ts';

let folder: string;
let queue: NotificationQueue;
let clock: ManualClock;
let sent: Notification[];
/** What the other side says next. */
let fault: 'notifier_unavailable' | 'notifier_refused' | undefined;
let dropped: (readonly [string, number])[];
let opened: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-sender-'));
  queue = openSqliteNotificationQueue({ path: join(folder, 'n.db') });
  clock = new ManualClock(1_000_000);
  sent = [];
  fault = undefined;
  dropped = [];
  opened = 0;
});
afterEach(async () => {
  await queue.close();
  rmSync(folder, { recursive: true });
});

let id = 0;
/** As after a start: it knows only what is in the queue. */
function sender(change: Partial<ChannelSettings> = {}): ChannelSender {
  return new ChannelSender({
    channel: channelSettings('ops', change),
    giveUpMs: 3_600_000,
    queue,
    node: 'node-1',
    newId: () => `m-${++id}`,
    open: async () => {
      opened++;
      return {
        async send(message) {
          if (fault !== undefined) throw new AegisError(fault, 'no');
          sent.push(message);
        },
        close: async () => undefined,
      };
    },
    metrics: {
      sent: () => undefined,
      failed: () => undefined,
      dropped: (_, reason, count) => void dropped.push([reason, count]),
    },
    clock,
    random: seededRandom(1),
    logger: silentLogger,
  });
}
const add = (count: number, group = 'a'): Promise<unknown> =>
  queue.add(
    Array.from({ length: count }, (_, i) => ({
      ...{ channel: 'ops', group, event: 'decision', level: 'HIGH', plural: 'decisions' },
      ...{ item: { at: i, text: `${group} ${i}`, facts: {} }, queuedAt: clock.now() },
    })),
    {},
    10_000,
  );
/** Until nothing is left to do now. */
async function run(one: ChannelSender): Promise<void> {
  while (await one.step());
}

test('things alike are gathered until their window is over', async () => {
  const one = sender();
  await add(3);
  await run(one);
  expect(sent).toEqual([]);
  clock.advance(10_000);
  await run(one);
  expect(sent).toMatchObject([{ count: 3, title: '3 decisions, the first: a 0' }]);
  expect(await queue.waiting()).toEqual({});
});

test('no more than its rate is sent in a minute, and what waits goes on being gathered', async () => {
  const one = sender({ groupMs: 0, maxPerMinute: 2 });
  for (const group of ['a', 'b', 'c']) await add(1, group);
  await run(one);
  expect(sent).toHaveLength(2);
  await add(4, 'c');
  clock.advance(60_000);
  await run(one);
  expect(sent.map(({ count }) => count)).toEqual([1, 1, 5]);
});

test('while the other side is away everything is kept, also over a restart, and then sent once', async () => {
  fault = 'notifier_unavailable';
  const before = sender({ groupMs: 0, maxPerMinute: 1_000 });
  await add(2);
  for (let i = 0; i < 20; i++) {
    await run(before);
    clock.advance(10_000);
  }
  expect(before.trouble).toBe('no');
  await add(3, 'b');
  await before.stop();
  fault = undefined;
  const after = sender({ groupMs: 0, maxPerMinute: 1_000 });
  clock.advance(300_000);
  await run(after);
  expect(sent.map(({ count }) => count)).toEqual([2, 3]);
  expect(await queue.waiting()).toEqual({});
  expect(dropped).toEqual([]);
});

test('it is tried less and less often, at last every five minutes, with its files read anew', async () => {
  fault = 'notifier_unavailable';
  const one = sender({ groupMs: 0, maxPerMinute: 6_000 });
  await add(1);
  const tries: number[] = [];
  for (let s = 0; s < 3_000; s++) {
    if (await one.step()) tries.push(s);
    clock.advance(1_000);
  }
  const gaps = tries.slice(1).map((s, i) => s - (tries[i] ?? 0));
  expect(gaps[0]).toBeLessThanOrEqual(2);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(301);
  expect(gaps.at(-1)).toBeGreaterThanOrEqual(150);
  expect(opened).toBe(tries.length);
});

test('a message that nobody wants is given up after five tries and does not hold up the others', async () => {
  const one = sender({ groupMs: 0, maxPerMinute: 1_000 });
  fault = 'notifier_refused';
  await add(4);
  await one.step();
  fault = undefined;
  await add(1, 'b');
  await one.step();
  expect(sent.map(({ items }) => items[0]?.text)).toEqual(['b 0']);
  fault = 'notifier_refused';
  for (let i = 0; i < 10; i++) {
    clock.advance(300_000);
    await run(one);
  }
  expect(dropped).toEqual([['refused', 4]]);
  expect(await queue.waiting()).toEqual({});
});

test('what has become too old is dropped and counted', async () => {
  const one = sender();
  await add(7);
  clock.advance(3_600_001);
  await run(one);
  expect(sent).toEqual([]);
  expect(dropped).toEqual([['too_old', 7]]);
  expect(one.counts).toMatchObject({ dropped: 7, sent: 0 });
});

test('a test goes out at once, past all that waits', async () => {
  const one = sender();
  expect(await one.test()).toEqual({ ok: true, value: undefined });
  expect(sent).toMatchObject([{ event: 'test', title: 'a test of the channel ops' }]);
  fault = 'notifier_unavailable';
  expect(await one.test()).toEqual({ ok: false, error: 'no' });
});
