import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Bus, BusHandler, BusMessage, Position } from './bus.ts';

export interface BusFixture {
  /** A bus that nobody has published on. */
  open(): Promise<Bus>;
  /** The same bus as another process sees it; absent where it lives in one process. */
  reopen?(): Promise<Bus>;
  /** After this many more messages of its topic, a message is no longer kept. */
  readonly forgetsAfter: number;
  /** Removes what `open` made, after the buses were closed. */
  cleanup(): Promise<void>;
}

/** Long enough for a message that must not come to have come. */
const QUIET_MS = 50;

/** Every promise of the {@link Bus} port, for any adapter. */
export function busConformance(name: string, fixture: BusFixture): void {
  const collect = (): { readonly seen: string[]; readonly handler: BusHandler } => {
    const seen: string[] = [];
    return { seen, handler: ({ payload }) => void seen.push(payload) };
  };
  const texts = (count: number, prefix = 'm'): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  const publishAll = async (bus: Bus, topic: string, payloads: readonly string[]): Promise<Position[]> => {
    const positions: Position[] = [];
    for (const payload of payloads) positions.push(await bus.publish(topic, payload));
    return positions;
  };
  const arrived = (seen: readonly unknown[], expected: readonly unknown[]): Promise<void> =>
    vi.waitFor(() => expect(seen).toEqual(expected), { timeout: 5000, interval: 5 });

  describe(`Bus conformance: ${name}`, () => {
    let bus: Bus;
    const opened: Bus[] = [];
    beforeEach(async () => {
      bus = await fixture.open();
      opened.push(bus);
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });

    test('every subscriber of a topic gets every message, in order, once; others get none', async () => {
      const [one, two, other] = [collect(), collect(), collect()];
      await bus.subscribe('t', one.handler);
      await bus.subscribe('t', two.handler);
      await bus.subscribe('u', other.handler);
      const sent = texts(100);
      await Promise.all(sent.map((text) => bus.publish('t', text)));
      await arrived(one.seen, sent);
      await arrived(two.seen, sent);
      expect(other.seen).toEqual([]);
    });

    test('a message carries its topic, payload and the position that publish returned', async () => {
      const seen: BusMessage[] = [];
      await bus.subscribe('t', (message) => void seen.push(message));
      const payload = '{"text":"żółw 🐢\\u0000"}';
      const position = await bus.publish('t', payload);
      const at = expect.any(Number);
      await arrived(seen, [{ topic: 't', position, payload, at }]);
      expect(Math.abs((seen[0]?.at ?? 0) - (await bus.now()))).toBeLessThan(60_000);
    });

    test('positions within a topic are distinct', async () => {
      const positions = await publishAll(bus, 't', texts(50));
      expect(new Set(positions).size).toBe(50);
    });

    test('without `after` nothing from before comes', async () => {
      await publishAll(bus, 't', ['before']);
      const { seen, handler } = collect();
      await bus.subscribe('t', handler);
      await publishAll(bus, 't', ['after']);
      await arrived(seen, ['after']);
    });

    test('with `after` what was missed comes first, then what is new, without a seam', async () => {
      const positions = await publishAll(bus, 't', texts(10));
      const { seen, handler } = collect();
      const gap = vi.fn();
      const options = { after: positions[3] as Position, onGap: gap };
      const [, live] = await Promise.all([
        bus.subscribe('t', handler, options),
        publishAll(bus, 't', texts(10, 'n')),
      ]);
      expect(live).toHaveLength(10);
      await arrived(seen, [...texts(10).slice(4), ...texts(10, 'n')]);
      expect(gap).not.toHaveBeenCalled();
    });

    test('replay from the newest position is empty', async () => {
      const positions = await publishAll(bus, 't', texts(3));
      const { seen, handler } = collect();
      await bus.subscribe('t', handler, { after: positions[2] as Position });
      await publishAll(bus, 't', ['new']);
      await arrived(seen, ['new']);
    });

    test('a gap is told, once and first, then comes what is still kept', async () => {
      const [start] = await publishAll(bus, 't', ['start', 'lost']);
      const later = texts(fixture.forgetsAfter);
      await publishAll(bus, 't', later);
      const seen: string[] = [];
      const onGap = (): void => void seen.push('gap');
      await bus.subscribe('t', ({ payload }) => void seen.push(payload), { after: start as Position, onGap });
      await publishAll(bus, 't', ['end']);
      await vi.waitFor(() => expect(seen.at(-1)).toBe('end'), { timeout: 5000 });
      expect(seen[0]).toBe('gap');
      const kept = seen.slice(1, -1);
      expect(kept).toEqual(later.slice(later.length - kept.length));
    });

    test('of retained messages the last of each key is there until its time is over', async () => {
      const soon = (await bus.now()) + 600_000;
      const retain = (payload: string, key: string, until: number): Promise<Position> =>
        bus.publish('t', payload, { retain: { key, until } });
      await retain('a1', 'a', soon);
      await retain('b1', 'b', soon);
      await bus.publish('t', 'not retained');
      const position = await retain('a2', 'a', soon);
      await retain('over', 'c', (await bus.now()) - 1);
      await bus.publish('u', 'elsewhere', { retain: { key: 'd', until: soon } });
      const kept = (await Array.fromAsync(bus.retained('t'))).toSorted((a, b) =>
        a.payload < b.payload ? -1 : 1,
      );
      expect(kept.map(({ payload }) => payload)).toEqual(['a2', 'b1']);
      expect(kept[0]).toMatchObject({ topic: 't', position });
      expect(Math.abs((kept[0]?.at ?? 0) - (await bus.now()))).toBeLessThan(60_000);
      expect(await Array.fromAsync(bus.retained('nothing'))).toEqual([]);
    });

    test('keys of retained messages may be any text', async () => {
      const until = (await bus.now()) + 600_000;
      const keys = ['__proto__', 'constructor', 'a b\n', 'żółw', ''];
      for (const key of keys) await bus.publish('t', `of ${key}`, { retain: { key, until } });
      const kept = (await Array.fromAsync(bus.retained('t'))).map(({ payload }) => payload);
      expect(kept.toSorted()).toEqual(keys.map((key) => `of ${key}`).toSorted());
    });

    test('a handler that throws or rejects harms nobody, and its message counts as delivered', async () => {
      const failures: string[] = [];
      const onError = (error: unknown, { payload }: BusMessage): void => {
        failures.push(`${payload}: ${(error as Error).message}`);
      };
      const bad: string[] = [];
      const throwing: BusHandler = ({ payload }) => {
        bad.push(payload);
        if (payload === 'm1') throw new Error('thrown');
        if (payload === 'm2') return Promise.reject(new Error('rejected'));
      };
      const good = collect();
      await bus.subscribe('t', throwing, { onError });
      await bus.subscribe('t', throwing, {
        onError() {
          throw new Error('even this');
        },
      });
      await bus.subscribe('t', throwing);
      await bus.subscribe('t', good.handler);
      await publishAll(bus, 't', texts(4));
      await arrived(good.seen, texts(4));
      await vi.waitFor(() => expect(bad).toHaveLength(12));
      expect(failures).toEqual(['m1: thrown', 'm2: rejected']);
    });

    test('the next message waits for an async handler, other subscriptions do not', async () => {
      const gate = Promise.withResolvers<void>();
      const slow: string[] = [];
      await bus.subscribe('t', async ({ payload }) => {
        slow.push(`${payload} begins`);
        await gate.promise;
        slow.push(`${payload} ends`);
      });
      const quick = collect();
      await bus.subscribe('t', quick.handler);
      await publishAll(bus, 't', texts(2));
      await arrived(quick.seen, texts(2));
      expect(slow).toEqual(['m0 begins']);
      gate.resolve();
      await arrived(slow, ['m0 begins', 'm0 ends', 'm1 begins', 'm1 ends']);
    });

    test('a handler may publish and subscribe', async () => {
      const seen: string[] = [];
      await bus.subscribe('t', async ({ payload }) => {
        seen.push(payload);
        if (payload === 'm0') await bus.publish('t', 'answer');
      });
      await publishAll(bus, 't', ['m0']);
      await arrived(seen, ['m0', 'answer']);
    });

    test('no handler call starts after a subscription is closed, whatever is waiting', async () => {
      const gate = Promise.withResolvers<void>();
      const seen: string[] = [];
      const subscription = await bus.subscribe('t', async ({ payload }) => {
        seen.push(payload);
        await gate.promise;
      });
      const rest = collect();
      await bus.subscribe('t', rest.handler);
      await publishAll(bus, 't', texts(3));
      await arrived(rest.seen, texts(3));
      await subscription.close();
      await subscription.close();
      gate.resolve();
      await publishAll(bus, 't', ['late']);
      await arrived(rest.seen, [...texts(3), 'late']);
      await sleep(QUIET_MS);
      expect(seen).toEqual(['m0']);
    });

    test('a handler may close its own subscription', async () => {
      const seen: string[] = [];
      const subscription = await bus.subscribe('t', async ({ payload }) => {
        seen.push(payload);
        await subscription.close();
      });
      await publishAll(bus, 't', texts(3));
      await arrived(seen, ['m0']);
      await sleep(QUIET_MS);
      expect(seen).toEqual(['m0']);
    });

    test('a closed bus refuses with bus_unavailable and calls no handler; closing twice is no error', async () => {
      const { seen, handler } = collect();
      await bus.subscribe('t', handler);
      await bus.close();
      await bus.close();
      await expect(bus.publish('t', 'x')).rejects.toMatchObject({ code: 'bus_unavailable' });
      await expect(bus.subscribe('t', handler)).rejects.toMatchObject({ code: 'bus_unavailable' });
      await expect(bus.now()).rejects.toMatchObject({ code: 'bus_unavailable' });
      await expect(Array.fromAsync(bus.retained('t'))).rejects.toMatchObject({ code: 'bus_unavailable' });
      await sleep(QUIET_MS);
      expect(seen).toEqual([]);
    });

    if (fixture.reopen !== undefined) {
      const reopen = async (): Promise<Bus> => {
        const other = (await fixture.reopen?.()) as Bus;
        opened.push(other);
        return other;
      };

      test('messages and positions are shared by processes', async () => {
        const other = await reopen();
        const { seen, handler } = collect();
        await other.subscribe('t', handler);
        const [first] = await publishAll(bus, 't', texts(20));
        await arrived(seen, texts(20));
        const replayed = collect();
        await other.subscribe('t', replayed.handler, { after: first as Position });
        await arrived(replayed.seen, texts(20).slice(1));
      });

      test('two publishers are heard in one and the same order by all', async () => {
        const other = await reopen();
        const [here, there] = [collect(), collect()];
        await bus.subscribe('t', here.handler);
        await other.subscribe('t', there.handler);
        await Promise.all([publishAll(bus, 't', texts(50, 'a')), publishAll(other, 't', texts(50, 'b'))]);
        await vi.waitFor(() => expect(here.seen).toHaveLength(100), { timeout: 5000 });
        await arrived(there.seen, here.seen);
      });

      test('what one process retains another one finds', async () => {
        const other = await reopen();
        await bus.publish('t', 'kept', { retain: { key: 'k', until: (await bus.now()) + 600_000 } });
        expect(await Array.fromAsync(other.retained('t'))).toMatchObject([{ payload: 'kept' }]);
      });
    }
  });
}
