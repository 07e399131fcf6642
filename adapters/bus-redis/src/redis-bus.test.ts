import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, BusMessage, Position, SubscribeOptions } from '@aegis/ports';
import { busConformance } from '@aegis/ports/conformance';
import { RedisConnection, type Reply } from '@aegis/redis';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { busFault } from './bus-fault.ts';
import { openRedisBus, type RedisBusOptions } from './redis-bus.ts';

const KEEP = 500;
/** For what takes as long as the machine lets it. */
const PATIENCE = { timeout: 20_000, interval: 20 };

describeWithReal('redis', 'the bus on one server', () => {
  let redis: RedisServer;
  let direct: RedisConnection;
  beforeAll(async () => {
    redis = await startRedis();
    direct = new RedisConnection({ servers: [redis] }, '', busFault);
  });
  afterAll(async () => {
    direct.close();
    await redis.remove();
  });
  const does = (...words: readonly string[]): Promise<Reply> => direct.send(words);
  const open = (options: Partial<RedisBusOptions> = {}): Bus =>
    openRedisBus({ servers: [redis], keep: KEEP, checkMs: 100, ...options });

  busConformance('redis', {
    open: async () => open(),
    reopen: async () => open(),
    // Trimmed by whole blocks of a hundred entries.
    forgetsAfter: KEEP + 200,
    cleanup: async () => void (await does('FLUSHALL')),
  });

  describe('what happens to it', () => {
    let bus: Bus;
    const opened: Bus[] = [];
    const openOne = (options: Partial<RedisBusOptions> = {}): Bus => {
      const each = open(options);
      opened.push(each);
      return each;
    };
    beforeEach(async () => {
      await patiently(() => does('FLUSHALL'));
      bus = openOne();
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
    });
    const hear = async (on: Bus, options: SubscribeOptions = {}) => {
      const seen: string[] = [];
      const messages: BusMessage[] = [];
      const onGap = (): void => void seen.push('gap');
      const handler = (message: BusMessage): void => {
        messages.push(message);
        seen.push(message.payload);
      };
      await on.subscribe('t', handler, { onGap, ...options });
      return { seen, messages };
    };
    const numbered = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, i) => `m${from + i}`);
    const publish = async (payloads: readonly string[]): Promise<Position[]> =>
      Promise.all(payloads.map((payload) => patiently(() => bus.publish('t', payload))));

    test('kill -9 of Redis: who publishes again and who hears lose nothing, and nothing comes twice', async () => {
      const { seen } = await hear(openOne());
      await publish(numbered(0, 50));
      await redis.server.kill();
      await expect(bus.publish('t', 'refused')).rejects.toMatchObject({ code: 'bus_unavailable' });
      await redis.start();
      await publish(numbered(50, 100));
      await vi.waitFor(() => expect(seen).toEqual(numbered(0, 100)), PATIENCE);
    });

    test('a Redis that hangs for a while delays messages and loses none', async () => {
      const { seen } = await hear(openOne({ commandTimeoutMs: 300 }));
      await publish(['before']);
      redis.server.pause();
      const late = publish(['after']);
      await sleep(500);
      redis.server.resume();
      await late;
      await vi.waitFor(() => expect(new Set(seen)).toEqual(new Set(['before', 'after'])), PATIENCE);
      expect(seen).not.toContain('gap');
    });

    test('a subscriber that was cut off while others published goes on in order', async () => {
      const { seen } = await hear(openOne());
      await publish(['m0']);
      await vi.waitFor(() => expect(seen).toEqual(['m0']), PATIENCE);
      for (let round = 0; round < 5; round++) {
        await does('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await publish(numbered(1 + 20 * round, 21 + 20 * round));
      }
      await vi.waitFor(() => expect(seen).toEqual(numbered(0, 101)), PATIENCE);
    });

    test('a Redis that lost everything is a gap, and what is new comes after it', async () => {
      const { seen } = await hear(openOne());
      await publish(numbered(0, 3));
      await vi.waitFor(() => expect(seen).toEqual(numbered(0, 3)), PATIENCE);
      await does('FLUSHALL');
      await publish(['new']);
      await vi.waitFor(() => expect(seen.toSorted()).toEqual(['gap', ...numbered(0, 3), 'new']), PATIENCE);
    });

    test.each<[string, (newest: Position) => string]>([
      ['no JSON', () => 'nonsense'],
      ['no list', () => '{"__proto__":1}'],
      ['another channel of events', () => '["1-1"]'],
      ['positions that are none', (newest) => JSON.stringify([newest, 'x', 'forged'])],
      ['a position that does not follow', () => JSON.stringify(['1-1', '2-1', 'forged'])],
    ])('what anybody says on the channel that is %s changes nothing', async (_, lie) => {
      const { seen } = await hear(openOne());
      const [newest = ''] = await publish(['m0']);
      await vi.waitFor(() => expect(seen).toEqual(['m0']), PATIENCE);
      await does('PUBLISH', 't', lie(newest));
      await publish(numbered(1, 10));
      await vi.waitFor(() => expect(seen).toEqual(numbered(0, 10)), PATIENCE);
    });

    test('a lie that fits hides nothing that is true: all of it comes, in order, once', async () => {
      const { seen } = await hear(openOne());
      const [newest = ''] = await publish(['m0']);
      await vi.waitFor(() => expect(seen).toEqual(['m0']), PATIENCE);
      // It follows the last one, and is from the far future: every true message seems to be old.
      await does('PUBLISH', 't', JSON.stringify([newest, '99999999999999-0', 'forged']));
      await vi.waitFor(() => expect(seen).toContain('forged'), PATIENCE);
      await publish(numbered(1, 10));
      await vi.waitFor(
        () => expect(seen.filter((each) => each.startsWith('m'))).toEqual(numbered(0, 10)),
        PATIENCE,
      );
      expect(seen.filter((each) => each === 'forged')).toHaveLength(1);
    });

    test('a lie about the next message does not take its place', async () => {
      const { seen } = await hear(openOne({ checkMs: 50 }));
      const [newest = ''] = await publish(['m0']);
      await vi.waitFor(() => expect(seen).toEqual(['m0']), PATIENCE);
      const next = `${Number(newest.split('-')[0]) + 60_000}-0`;
      await does('PUBLISH', 't', JSON.stringify([newest, next, 'forged']));
      await vi.waitFor(() => expect(seen).toContain('forged'), PATIENCE);
      await does('XADD', '{t}:stream', next, 'p', newest, 'd', 'true');
      await vi.waitFor(() => expect(seen).toContain('true'), PATIENCE);
    });

    test('entries that others put into the stream are passed over', async () => {
      const { seen } = await hear(openOne());
      await publish(['m0']);
      await does('XADD', '{t}:stream', '*', 'anything', 'at all');
      await publish(['m1']);
      await vi.waitFor(() => expect(seen).toEqual(['m0', 'm1']), PATIENCE);
    });

    test('a message that the channel lost comes all the same', async () => {
      const { seen } = await hear(openOne({ checkMs: 50 }));
      await publish(['m0']);
      await vi.waitFor(() => expect(seen).toEqual(['m0']), PATIENCE);
      const newest = String(
        ((await does('XREVRANGE', '{t}:stream', '+', '-', 'COUNT', '1')) as [[string]])[0][0],
      );
      await does('XADD', '{t}:stream', '*', 'p', newest, 'd', 'silent');
      await vi.waitFor(() => expect(seen).toEqual(['m0', 'silent']), PATIENCE);
    });

    test('ten thousand messages that were missed come in order, once, with what is new behind them', async () => {
      const [start = ''] = await publish(['start']);
      const busy = openOne({ keep: 20_000 });
      const missed = numbered(0, 10_000);
      await Promise.all(missed.map((payload) => busy.publish('t', payload)));
      const { seen } = await hear(openOne(), { after: start });
      await busy.publish('t', 'new');
      await vi.waitFor(() => expect(seen).toHaveLength(10_001), PATIENCE);
      expect(seen).toEqual([...missed, 'new']);
    });

    test('a slow handler falls back on the stream and still hears everything in order', async () => {
      const busy = openOne({ keep: 20_000 });
      const seen: string[] = [];
      await openOne().subscribe('t', async ({ payload }) => {
        seen.push(payload);
        if (seen.length < 5) await sleep(100);
      });
      const sent = numbered(0, 5_000);
      await Promise.all(sent.map((payload) => busy.publish('t', payload)));
      await vi.waitFor(() => expect(seen).toHaveLength(5_000), PATIENCE);
      expect(seen).toEqual(sent);
    });
  });
});

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 300) throw error;
      await sleep(100);
    }
  }
}
