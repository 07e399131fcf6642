import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConsumerGroup, Delivery, Stream } from './stream.ts';

export interface StreamFixture {
  /** A stream on a fresh, empty store. */
  open(): Promise<Stream>;
  /** The store of the last `open` again, as another process or connection would see it. */
  reopen(): Promise<Stream>;
  /** Lets this much idle time pass for the store: moves its clock, or really waits. */
  advance(ms: number): Promise<void>;
  /** Removes what `open` made, after the streams were closed. */
  cleanup(): Promise<void>;
}

/** Long enough for any store to hand over what it has; a read that finds something returns at once. */
const PATIENCE_MS = 5_000;
/** How long a read waits where nothing is to come. */
const NOTHING_MS = 100;
const IDLE_MS = 1_000;

/**
 * What the stream is made of. A `log` keeps every promise of the port. `queues` of a broker that pushes messages to
 * connections (RabbitMQ, ADR 38) keep other ones instead where a promise needs a log: a group has what was appended
 * since it was made, a message goes to others when the connection that holds it ends, what other processes hold is
 * not counted, and what every group has finished is gone at once.
 */
export type StreamMatter = 'log' | 'queues';

/** Every promise of the {@link Stream} port, for any adapter; the fixture of `queues` opens it with the group `g`. */
export function streamConformance(name: string, fixture: StreamFixture, matter: StreamMatter = 'log'): void {
  const isLog = matter === 'log';
  describe(`Stream conformance: ${name}`, () => {
    let stream: Stream;
    const opened: Stream[] = [];
    const reopen = async (): Promise<Stream> => {
      const other = await fixture.reopen();
      opened.push(other);
      return other;
    };
    beforeEach(async () => {
      stream = await fixture.open();
      opened.push(stream);
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });

    describe('append', () => {
      test('gives distinct ids in the order of the payloads', async () => {
        const ids = await stream.append(['a', 'b', 'c']);
        expect(new Set(ids).size).toBe(3);
        const deliveries = await take(await stream.group('g'), 3);
        expect(deliveries).toEqual(ids.map((id, i) => ({ id, payload: 'abc'[i], attempt: 1 })));
      });

      test('of nothing appends nothing', async () => {
        expect(await stream.append([])).toEqual([]);
        expect(await stream.length()).toBe(0);
      });

      test('keeps a batch together and in order, whoever else appends', async () => {
        const other = await reopen();
        const batches = Array.from({ length: 20 }, (_, batch) => [0, 1, 2, 3, 4].map((n) => `${batch}.${n}`));
        const ids = await Promise.all(
          batches.map((batch, i) => (i % 2 === 0 ? stream : other).append(batch)),
        );
        expect(new Set(ids.flat()).size).toBe(100);
        const payloads = (await take(await stream.group('g'), 100)).map((delivery) => delivery.payload);
        expect(payloads.toSorted()).toEqual(batches.flat().toSorted());
        for (const batch of batches) expect(payloads.filter((each) => batch.includes(each))).toEqual(batch);
      });

      test('keeps any text as it is', async () => {
        const payloads = [
          '',
          ' ',
          'a\u0000b',
          '\u0000',
          'ünïcode ☃ 😀 \u202e',
          '\r\n\t"\\{}',
          '\ufeff',
          "'; DROP --",
        ];
        await stream.append(payloads);
        expect((await take(await stream.group('g'), payloads.length)).map((each) => each.payload)).toEqual(
          payloads,
        );
      });

      test('keeps payloads of 1 MiB', async () => {
        const payloads = ['x', 'é'].map((letter) => letter.repeat(1_048_576 / Buffer.byteLength(letter)));
        await stream.append(payloads);
        const read = (await take(await stream.group('g'), 2)).map((each) => each.payload);
        expect(read.map((each) => each.length)).toEqual(payloads.map((each) => each.length));
        expect(read[0] === payloads[0] && read[1] === payloads[1]).toBe(true);
      });
    });

    describe('a group', () => {
      test(
        isLog
          ? 'starts at the beginning of the stream, whenever it was made'
          : 'has what was appended since it was made',
        async () => {
          await stream.append(['before']);
          const early = await stream.group('g');
          await stream.append(['between']);
          const late = await stream.group('late');
          await stream.append(['after']);
          const all = ['before', 'between', 'after'];
          expect((await take(early, 3)).map((each) => each.payload)).toEqual(all);
          const since = isLog ? all : ['after'];
          expect((await take(late, since.length)).map((each) => each.payload)).toEqual(since);
        },
      );

      test('is independent of every other', async () => {
        const [one, two] = [await stream.group('one'), await stream.group('two')];
        await stream.append(['a', 'b']);
        await one.ack((await take(one, 2)).map((each) => each.id));
        const [first] = await take(two, 1);
        await two.bury(first as Delivery, 'why not');
        expect(await one.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
        expect(await two.stats()).toEqual({ waiting: 1, pending: 0, buried: 1 });
      });

      test('of the same name is the same group, in another process too', async () => {
        await stream.append(['a', 'b', 'c']);
        const here = await stream.group('g');
        expect(await take(here, 1)).toMatchObject([{ payload: 'a' }]);
        const again = await stream.group('g');
        expect(await take(again, 1, 'other')).toMatchObject([{ payload: 'b' }]);
        const there = await (await reopen()).group('g');
        expect(await take(there, 1, 'third')).toMatchObject([{ payload: 'c' }]);
        expect(await here.stats()).toEqual({ waiting: 0, pending: isLog ? 3 : 2, buried: 0 });
      });
    });

    describe('read', () => {
      test('gives at most as many as asked, in the order of appending', async () => {
        await stream.append(['a', 'b', 'c', 'd', 'e']);
        const group = await stream.group('g');
        const first = await group.read('c', { count: 2, blockMs: PATIENCE_MS });
        expect(first.length).toBeGreaterThan(0);
        expect(first.length).toBeLessThanOrEqual(2);
        const rest = await take(group, 5 - first.length);
        expect([...first, ...rest].map((each) => each.payload)).toEqual(['a', 'b', 'c', 'd', 'e']);
      });

      test('gives a message to one consumer only, and consumers split the load', async () => {
        const payloads = Array.from({ length: 60 }, (_, i) => `m${i}`);
        await stream.append(payloads);
        const other = await reopen();
        const groups = [await stream.group('g'), await other.group('g')];
        const shares = groups.map((): string[] => []);
        for (let turn = 0; shares.flat().length < 60 && turn < 100; turn++) {
          const got = await Promise.all(
            groups.map((group, i) => group.read(`consumer-${i}`, { count: 10, blockMs: NOTHING_MS })),
          );
          for (const [i, deliveries] of got.entries())
            shares[i]?.push(...deliveries.map((each) => each.payload));
        }
        expect(shares.flat().toSorted()).toEqual(payloads.toSorted());
        for (const share of shares) expect(share.length).toBeGreaterThan(0);
      });

      test('answers with nothing where none come', async () => {
        const group = await stream.group('g');
        expect(await group.read('c', { count: 10, blockMs: 0 })).toEqual([]);
        expect(await group.read('c', { count: 10, blockMs: NOTHING_MS })).toEqual([]);
      });

      test('waits for a message of its own process', async () => {
        const group = await stream.group('g');
        const reading = group.read('c', { count: 10, blockMs: PATIENCE_MS });
        await stream.append(['late']);
        expect(await reading).toMatchObject([{ payload: 'late', attempt: 1 }]);
      });

      test('waits for a message of another process', async () => {
        const other = await reopen();
        const group = await stream.group('g');
        const reading = group.read('c', { count: 10, blockMs: PATIENCE_MS });
        await new Promise((resolve) => setTimeout(resolve, NOTHING_MS));
        await other.append(['late']);
        expect(await reading).toMatchObject([{ payload: 'late', attempt: 1 }]);
      });

      test('of several who wait only one gets the message', async () => {
        const group = await stream.group('g');
        const readings = ['a', 'b', 'c'].map((consumer) =>
          group.read(consumer, { count: 1, blockMs: 1_000 }),
        );
        await stream.append(['one']);
        expect((await Promise.all(readings)).flat()).toMatchObject([{ payload: 'one' }]);
      });

      test('ends when its signal is aborted, and takes nothing with it', async () => {
        const group = await stream.group('g');
        const stop = new AbortController();
        const reading = group.read('c', { count: 1, blockMs: 60_000, signal: stop.signal });
        setTimeout(() => stop.abort(), NOTHING_MS);
        expect(await reading).toEqual([]);
        expect(await group.read('c', { count: 1, blockMs: 60_000, signal: stop.signal })).toEqual([]);
        await stream.append(['still there']);
        expect(await take(group, 1)).toMatchObject([{ payload: 'still there', attempt: 1 }]);
      });

      test('ends when the stream is closed', async () => {
        const other = await reopen();
        const reading = (await other.group('g')).read('c', { count: 1, blockMs: 60_000 });
        await new Promise((resolve) => setTimeout(resolve, NOTHING_MS));
        await other.close();
        expect(await reading).toEqual([]);
      });
    });

    describe('reclaim', () => {
      test('is the only way to a message that was delivered, and only after the idle time', async () => {
        await stream.append(['a', 'b']);
        const group = await stream.group('g');
        const delivered = await take(group, 2, 'dead');
        expect(await group.reclaim('alive', { minIdleMs: IDLE_MS, count: 10 })).toEqual([]);
        await fixture.advance(IDLE_MS);
        expect(await group.read('alive', { count: 10, blockMs: NOTHING_MS })).toEqual([]);
        const taken = await group.reclaim('alive', { minIdleMs: IDLE_MS, count: 10 });
        expect(taken).toEqual(delivered.map((each) => ({ ...each, attempt: 2 })));
      });

      test('starts the idle time again and counts the attempts', async () => {
        await stream.append(['a']);
        const group = await stream.group('g');
        expect(await take(group, 1)).toMatchObject([{ attempt: 1 }]);
        for (const attempt of [2, 3, 4]) {
          await fixture.advance(IDLE_MS);
          expect(await group.reclaim('c', { minIdleMs: IDLE_MS, count: 10 })).toMatchObject([{ attempt }]);
          expect(await group.reclaim('d', { minIdleMs: IDLE_MS, count: 10 })).toEqual([]);
        }
      });

      test('gives at most as many as asked, each to one consumer only', async () => {
        await stream.append(['a', 'b', 'c', 'd']);
        const group = await stream.group('g');
        await take(group, 4);
        await fixture.advance(IDLE_MS);
        const other = await (await reopen()).group('g');
        const shares = await Promise.all([
          group.reclaim('c', { minIdleMs: IDLE_MS, count: 2 }),
          other.reclaim('d', { minIdleMs: IDLE_MS, count: 2 }),
        ]);
        for (const share of shares) expect(share.length).toBeLessThanOrEqual(2);
        const rest = await group.reclaim('e', { minIdleMs: IDLE_MS, count: 10 });
        const all = [...shares.flat(), ...rest].map((each) => each.payload);
        expect(all.toSorted()).toEqual(['a', 'b', 'c', 'd']);
      });

      test('of one consumer takes what that one holds, at once where no idle time is asked for', async () => {
        await stream.append(['a', 'b', 'c']);
        const group = await stream.group('g');
        await take(group, 1, 'worker-1');
        await take(group, 1, 'worker-2');
        const other = isLog ? await (await reopen()).group('g') : group;
        const own = { minIdleMs: 0, count: 10, from: 'worker-1' };
        expect(await other.reclaim('worker-1', own)).toMatchObject([{ payload: 'a', attempt: 2 }]);
        expect(await other.reclaim('worker-3', own)).toMatchObject([{ payload: 'a', attempt: 3 }]);
        expect(await other.reclaim('worker-1', own)).toEqual([]);
        expect(await other.reclaim('worker-1', { ...own, from: 'nobody' })).toEqual([]);
      });

      test('leaves out what was acknowledged or buried', async () => {
        await stream.append(['a', 'b', 'c']);
        const group = await stream.group('g');
        const [a, b] = (await take(group, 3)) as [Delivery, Delivery, Delivery];
        await group.ack([a.id]);
        await group.bury(b, 'bad');
        await fixture.advance(IDLE_MS);
        expect(await group.reclaim('c', { minIdleMs: IDLE_MS, count: 10 })).toMatchObject([{ payload: 'c' }]);
      });
    });

    describe('ack', () => {
      test('takes messages off the group for good, and may be repeated', async () => {
        await stream.append(['a', 'b']);
        const group = await stream.group('g');
        const ids = (await take(group, 2)).map((each) => each.id);
        await group.ack(ids);
        await group.ack(ids);
        expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
        await fixture.advance(IDLE_MS);
        expect(await group.reclaim('c', { minIdleMs: 0, count: 10 })).toEqual([]);
      });

      test('passes over ids that were never given', async () => {
        const [id] = await stream.append(['a']);
        const group = await stream.group('g');
        await take(group, 1);
        await group.ack([]);
        await group.ack([
          '999999999',
          '0',
          '-1',
          '',
          'no such id',
          '1; DROP TABLE',
          '999999999-0',
          id as string,
        ]);
        expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
      });

      test('counts after another consumer has reclaimed the message', async () => {
        await stream.append(['a']);
        const group = await stream.group('g');
        const [slow] = await take(group, 1, 'slow');
        await fixture.advance(IDLE_MS);
        await group.reclaim('quick', { minIdleMs: IDLE_MS, count: 1 });
        await group.ack([(slow as Delivery).id]);
        expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
      });
    });

    describe('bury', () => {
      test('moves the message to the dead letters with its reason and attempt', async () => {
        await stream.append(['bad']);
        const group = await stream.group('g');
        await take(group, 1);
        await fixture.advance(IDLE_MS);
        const [again] = await group.reclaim('c', { minIdleMs: IDLE_MS, count: 1 });
        await group.bury(again as Delivery, 'cannot be parsed: ☃');
        expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 1 });
        const letters = await group.buried({ limit: 10 });
        expect(letters).toMatchObject([{ payload: 'bad', reason: 'cannot be parsed: ☃', attempt: 2 }]);
        expect(letters[0]?.at).toBeGreaterThan(0);
      });

      test('twice, or after an ack, leaves one dead letter or none', async () => {
        await stream.append(['twice', 'acked']);
        const group = await stream.group('g');
        const [twice, acked] = (await take(group, 2)) as [Delivery, Delivery];
        await group.bury(twice, 'first');
        await group.bury(twice, 'second');
        await group.ack([acked.id]);
        await group.bury(acked, 'too late');
        expect(await group.buried({ limit: 10 })).toMatchObject([{ payload: 'twice', reason: 'first' }]);
      });

      test('outlives the message and the process', async () => {
        await stream.append(['bad']);
        const group = await stream.group('g');
        const [bad] = await take(group, 1);
        await group.bury(bad as Delivery, 'reason');
        await fixture.advance(IDLE_MS);
        await stream.trim(0);
        const other = await (await reopen()).group('g');
        expect(await other.buried({ limit: 1 })).toMatchObject([{ payload: 'bad', reason: 'reason' }]);
      });

      test('can be paged through, oldest first', async () => {
        await stream.append(['a', 'b', 'c', 'd', 'e']);
        const group = await stream.group('g');
        for (const delivery of await take(group, 5)) await group.bury(delivery, `why ${delivery.payload}`);
        const pages: string[][] = [];
        for (let after: string | undefined; pages.length < 10; ) {
          const page = await group.buried({ limit: 2, ...(after !== undefined && { after }) });
          if (page.length === 0) break;
          pages.push(page.map((each) => each.payload));
          after = page.at(-1)?.id;
        }
        expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
      });
    });

    describe('discard', () => {
      test('forgets dead letters and nothing else', async () => {
        await stream.append(['a', 'b', 'c', 'open']);
        const group = await stream.group('g');
        const other = await stream.group('other');
        const deliveries = await take(group, 4);
        for (const delivery of deliveries.slice(0, 3)) await group.bury(delivery, 'bad');
        const letters = await group.buried({ limit: 10 });
        await other.discard(letters.map((each) => each.id));
        expect(await group.stats()).toMatchObject({ buried: 3 });
        await group.discard([]);
        await group.discard(['no such id', '0', ...letters.slice(0, 2).map((each) => each.id)]);
        expect(await group.buried({ limit: 10 })).toMatchObject([{ payload: 'c' }]);
        expect(await group.stats()).toEqual({ waiting: 0, pending: 1, buried: 1 });
      });
    });

    describe('trim', () => {
      if (isLog)
        test('removes only what every group has finished with', async () => {
          await stream.append(['a', 'b', 'c', 'd']);
          const [fast, slow] = [await stream.group('fast'), await stream.group('slow')];
          await fast.ack((await take(fast, 4)).map((each) => each.id));
          const [a, b, c] = (await take(slow, 3)) as [Delivery, Delivery, Delivery];
          await slow.ack([a.id]);
          await slow.bury(c, 'bad');
          await fixture.advance(IDLE_MS);
          await stream.trim(0);
          const kept = (await take(await stream.group('new'), await stream.length())).map(
            (each) => each.payload,
          );
          expect(kept).toEqual(expect.arrayContaining(['b', 'd']));
          await slow.ack([b.id]);
          await slow.ack((await take(slow, 1)).map((each) => each.id));
          expect(await slow.stats()).toEqual({ waiting: 0, pending: 0, buried: 1 });
        });

      test('removes nothing while there is no group to finish it', async () => {
        await stream.append(['a']);
        await fixture.advance(IDLE_MS);
        expect(await stream.trim(0)).toBe(0);
        expect(await take(await stream.group('g'), 1)).toMatchObject([{ payload: 'a' }]);
      });

      if (isLog)
        test('keeps what is younger than asked', async () => {
          const group = await stream.group('g');
          await stream.append(['old']);
          await fixture.advance(2 * IDLE_MS);
          await stream.append(['young']);
          await group.ack((await take(group, 2)).map((each) => each.id));
          await stream.trim(60 * IDLE_MS);
          expect(await stream.length()).toBe(2);
          await stream.trim(IDLE_MS);
          expect(await stream.length()).toBeGreaterThanOrEqual(1);
          const late = await take(await stream.group('late'), await stream.length());
          expect(late.map((each) => each.payload)).toContain('young');
        });

      test('of everything does not disturb what comes after', async () => {
        const group = await stream.group('g');
        await stream.append(['a', 'b']);
        await group.ack((await take(group, 2)).map((each) => each.id));
        await fixture.advance(IDLE_MS);
        await stream.trim(0);
        await stream.append(['c']);
        expect(await group.stats()).toMatchObject({ waiting: 1 });
        expect(await take(group, 1)).toMatchObject([{ payload: 'c', attempt: 1 }]);
      });
    });

    describe('another process', () => {
      test('finds what was appended and what is still under way', async () => {
        const ids = await stream.append(['acked', 'open', 'waiting']);
        const group = await stream.group('g');
        const [acked] = await take(group, 2);
        await group.ack([(acked as Delivery).id]);
        await stream.close();
        opened.length = 0;

        const other = await reopen();
        const again = await other.group('g');
        if (!isLog) {
          expect((await take(again, 2)).map((each) => [each.id, each.payload, each.attempt])).toEqual([
            [ids[1], 'open', 2],
            [ids[2], 'waiting', 1],
          ]);
          expect(await again.stats()).toEqual({ waiting: 0, pending: 2, buried: 0 });
          return;
        }
        expect(await other.length()).toBe(3);
        expect(await again.stats()).toEqual({ waiting: 1, pending: 1, buried: 0 });
        expect(await take(again, 1)).toMatchObject([{ payload: 'waiting', attempt: 1 }]);
        await fixture.advance(IDLE_MS);
        const taken = await again.reclaim('c', { minIdleMs: IDLE_MS, count: 10 });
        expect(taken.map((each) => [each.id, each.payload, each.attempt])).toEqual([
          [ids[1], 'open', 2],
          [ids[2], 'waiting', 2],
        ]);
      });
    });

    test('stats and length follow every step', async () => {
      const group = await stream.group('g');
      expect(await group.stats()).toEqual({ waiting: 0, pending: 0, buried: 0 });
      await stream.append(['a', 'b', 'c']);
      expect(await stream.length()).toBe(3);
      expect(await group.stats()).toEqual({ waiting: 3, pending: 0, buried: 0 });
      const [a, b] = (await take(group, 2)) as [Delivery, Delivery];
      expect(await group.stats()).toEqual({ waiting: 1, pending: 2, buried: 0 });
      await group.ack([a.id]);
      await group.bury(b, 'bad');
      expect(await group.stats()).toEqual({ waiting: 1, pending: 0, buried: 1 });
    });
  });
}

/** Reads until there are `count`: one read may give fewer than it could. */
async function take(group: ConsumerGroup, count: number, consumer: string = 'consumer'): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  while (taken.length < count) {
    const more = await group.read(consumer, { count: count - taken.length, blockMs: PATIENCE_MS });
    if (more.length === 0) break;
    taken.push(...more);
  }
  expect(taken).toHaveLength(count);
  return taken;
}
