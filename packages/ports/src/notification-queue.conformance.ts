import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NotificationQueue, QueueAsk, QueuedThing } from './notification-queue.ts';

export interface NotificationQueueFixture {
  /** A new, empty one. */
  open(): Promise<NotificationQueue>;
  /** The same store again, after `close`. */
  reopen(): Promise<NotificationQueue>;
  cleanup(): Promise<void>;
}

const LIMIT = 1_000;

/** Every promise of the {@link NotificationQueue} port, for any adapter. */
export function notificationQueueConformance(name: string, fixture: NotificationQueueFixture): void {
  describe(`NotificationQueue conformance: ${name}`, () => {
    let queue: NotificationQueue;
    beforeEach(async () => {
      queue = await fixture.open();
    });
    afterEach(async () => {
      await queue.close();
      await fixture.cleanup();
    });

    const thing = (n: number, change: Partial<QueuedThing> = {}): QueuedThing => ({
      channel: 'ops',
      group: 'decision',
      event: 'decision',
      level: 'LOW',
      plural: 'decisions',
      item: { at: n, text: `thing ${n}`, facts: { __proto__x: 'a', n: String(n) } },
      queuedAt: n,
      ...change,
    });
    const ask = (change: Partial<QueueAsk> = {}): QueueAsk => ({
      ...{ channel: 'ops', now: 1_000, readyBefore: 1_000, id: 'm-1', most: 10 },
      ...change,
    });

    test('things alike become one message, the gravest of them says how grave it is', async () => {
      await queue.add([thing(1), thing(2, { level: 'CRITICAL' }), thing(3)], {}, LIMIT);
      expect(await queue.take(ask({ most: 2 }))).toEqual({
        ...{
          id: 'm-1',
          event: 'decision',
          level: 'CRITICAL',
          plural: 'decisions',
          count: 3,
          tries: 0,
          since: 1,
        },
        items: [thing(1).item, thing(2).item],
      });
    });

    test('groups and channels are apart, the oldest comes first', async () => {
      await queue.add(
        [thing(5, { group: 'a' }), thing(3, { group: 'b' }), thing(1, { channel: 'other' })],
        {},
        LIMIT,
      );
      expect((await queue.take(ask()))?.items).toEqual([thing(3).item]);
      await queue.settle('m-1');
      expect((await queue.take(ask({ id: 'm-2' })))?.items).toEqual([thing(5).item]);
      expect((await queue.take(ask({ id: 'm-3', channel: 'other' })))?.items).toEqual([thing(1).item]);
    });

    test('nothing is taken before its window is over', async () => {
      await queue.add([thing(5)], {}, LIMIT);
      expect(await queue.take(ask({ readyBefore: 4 }))).toBeUndefined();
      await queue.add([thing(6)], {}, LIMIT);
      expect((await queue.take(ask({ readyBefore: 5 })))?.count).toBe(2);
    });

    test('a message that was tried is the same again when it is due; what came since waits apart', async () => {
      await queue.add([thing(1), thing(2)], {}, LIMIT);
      const sealed = await queue.take(ask());
      await queue.add([thing(3)], {}, LIMIT);
      await queue.postpone('m-1', 2_000);
      expect((await queue.take(ask({ id: 'm-2' })))?.items).toEqual([thing(3).item]);
      await queue.settle('m-2');
      expect(await queue.take(ask({ id: 'm-3', now: 1_999 }))).toBeUndefined();
      expect(await queue.take(ask({ id: 'm-4', now: 2_000 }))).toEqual({ ...sealed, tries: 1 });
    });

    test('what was acknowledged is there after reopening, sealed or not, with its marks', async () => {
      await queue.add([thing(1)], { journal: '7' }, LIMIT);
      const sealed = await queue.take(ask());
      await queue.add([thing(2)], { journal: '8', other: '' }, LIMIT);
      await queue.close();
      queue = await fixture.reopen();
      expect(await queue.mark('journal')).toBe('8');
      expect(await queue.mark('other')).toBe('');
      expect(await queue.mark('constructor')).toBeUndefined();
      expect(await queue.take(ask({ id: 'm-9' }))).toEqual(sealed);
      await queue.settle('m-1');
      expect(await queue.waiting()).toEqual({ ops: 1 });
    });

    test('beyond its limit a channel drops what is new and tells how many; others do not suffer', async () => {
      const none = await queue.add([thing(1), thing(2), thing(3), thing(4)], {}, 2);
      expect([...none]).toEqual([['ops', 2]]);
      const more = await queue.add([thing(5), thing(6, { channel: 'other' })], { journal: '9' }, 2);
      expect([...more]).toEqual([['ops', 1]]);
      expect(await queue.waiting()).toEqual({ ops: 2, other: 1 });
      expect(await queue.mark('journal')).toBe('9');
    });

    test('settling what is not there changes nothing', async () => {
      await queue.add([thing(1)], {}, LIMIT);
      await queue.settle('nothing');
      await queue.postpone('nothing', 5);
      expect(await queue.waiting()).toEqual({ ops: 1 });
    });

    test('a closed one refuses with notifications_unavailable', async () => {
      await queue.close();
      await expect(queue.add([thing(1)], {}, LIMIT)).rejects.toMatchObject({
        code: 'notifications_unavailable',
      });
    });
  });
}
