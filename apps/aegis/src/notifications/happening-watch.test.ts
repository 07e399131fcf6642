import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { ManualClock, silentLogger } from '@aegis/model';
import { openSqliteNotificationQueue } from '@aegis/notification-queue-sqlite';
import type { AuditEntry, Ledger, NotificationQueue } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Condition } from './condition.ts';
import { HappeningWatch } from './happening-watch.ts';
import { channelSettings } from './notification-fixture.ts';

let folder: string;
let ledger: Ledger;
let queue: NotificationQueue;
let clock: ManualClock;
let conditions: readonly Condition[];
let dropped: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-watch-'));
  ledger = openSqliteLedger({ path: join(folder, 'ledger.db') });
  queue = openSqliteNotificationQueue({ path: join(folder, 'n.db') });
  clock = new ManualClock(1_000_000);
  conditions = [];
  dropped = 0;
});
afterEach(async () => {
  await Promise.all([ledger.close(), queue.close()]);
  rmSync(folder, { recursive: true });
});

/** As after a start. */
const watch = (maxWaiting = 1_000): HappeningWatch =>
  new HappeningWatch({
    settings: {
      channels: [channelSettings('ops')],
      rules: [{ name: 'all', events: [], level: 'INFO', channels: ['ops'] }],
      ...{ maxWaiting, giveUpMs: 1_000, diskLow: 5 },
    },
    ...{ queue, ledger, clock, newId: () => 'u', logger: silentLogger },
    sessionOf: async () => undefined,
    conditions: async () => conditions,
    onDropped: (_, count) => {
      dropped += count;
    },
  });
const halt = (id: string): AuditEntry => ({
  ...{
    id,
    at: clock.now(),
    actor: 'alice',
    action: 'fleet.halt',
    target: 'all',
    from: 'local',
    result: 'ok',
  },
  detail: {},
});
const waiting = async (): Promise<number> => (await queue.waiting()).ops ?? 0;

test('what is in the ledger is queued once, over restarts; what was there before is no news', async () => {
  await ledger.appendAudit([halt('old')]);
  clock.advance(1_000);
  await watch().followJournal();
  expect(await waiting()).toBe(0);
  await ledger.appendAudit(Array.from({ length: 1_203 }, (_, i) => halt(`h-${i}`)));
  await watch(5_000).followJournal();
  await watch(5_000).followJournal();
  expect(await waiting()).toBe(1_203);
});

test('what is written before the first look at the journal is news all the same', async () => {
  await watch().followJournal();
  clock.advance(1_000);
  await ledger.appendAudit([halt('a')]);
  await watch().followJournal();
  expect(await waiting()).toBe(1);
});

test('what goes on is told once, over restarts', async () => {
  conditions = [
    {
      ...{
        event: 'disk_low',
        subject: '/',
        level: 'HIGH',
        state: 'low',
        text: 'low',
        over: 'well',
        facts: {},
      },
    },
  ];
  await watch().lookAround();
  await watch().lookAround();
  expect(await waiting()).toBe(1);
  conditions = [];
  const one = watch();
  await one.lookAround();
  await one.lookAround();
  expect(await waiting()).toBe(2);
});

test('what finds no room is counted', async () => {
  await watch(2).followJournal();
  await ledger.appendAudit(['a', 'b', 'c'].map(halt));
  await watch(2).followJournal();
  expect({ waiting: await waiting(), dropped }).toEqual({ waiting: 2, dropped: 1 });
});
