import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outlet, OutletMessage } from './outlet.ts';

export interface OutletFixture {
  open(): Promise<Outlet>;
  /** The first `count` messages that lie in a queue, as any reader of it would get them. */
  read(queue: string, count: number): Promise<readonly OutletMessage[]>;
  /** The broker's process dies, once it has this queue on disk; resolves when it is gone. */
  kill(queue: string): Promise<void>;
  /** It is back, with what it had on disk. */
  revive(): Promise<void>;
}

/** How long a broker may take until it takes messages again. */
const ATTEMPTS = 120;
const PAUSE_MS = 500;

/** Every promise of the {@link Outlet} port, for any adapter. */
export function outletConformance(name: string, fixture: OutletFixture): void {
  describe(`Outlet conformance: ${name}`, () => {
    let outlet: Outlet;
    let number = 0;
    let queue: string;
    beforeEach(async () => {
      outlet = await fixture.open();
      queue = `aegis.test.${++number}`;
    });
    afterEach(() => outlet.close());

    const message = (i: number, change: Partial<OutletMessage> = {}): OutletMessage => ({
      id: `id-${i}`,
      key: '192.0.2.1',
      payload: `{"n":${i}}`,
      ...change,
    });

    test('messages of one key come in order, with id and key', async () => {
      const all = Array.from({ length: 50 }, (_, i) => message(i));
      await outlet.publish(queue, all.slice(0, 30));
      await outlet.publish(queue, all.slice(30));
      expect(await fixture.read(queue, 50)).toEqual(all);
    });

    test('of nothing nothing is published', async () => {
      await outlet.publish(queue, []);
      await outlet.publish(queue, [message(1)]);
      expect(await fixture.read(queue, 1)).toEqual([message(1)]);
    });

    test('queues are apart', async () => {
      await outlet.publish(queue, [message(1)]);
      await outlet.publish(`${queue}.other`, [message(2)]);
      expect(await fixture.read(queue, 1)).toEqual([message(1)]);
      expect(await fixture.read(`${queue}.other`, 1)).toEqual([message(2)]);
    });

    test('any text is a payload, a key and an id, also a long one', async () => {
      const odd = [
        message(1, { payload: 'żółw 🐢 \u0000 \r\n', key: 'żółw 🐢' }),
        message(2, { payload: 'x'.repeat(500_000), key: '__proto__', id: 'constructor' }),
      ];
      for (const each of odd) await outlet.publish(queue, [each]);
      const read = await fixture.read(queue, 2);
      expect(read.toSorted((a, b) => a.payload.length - b.payload.length)).toEqual(odd);
    });

    test('what was acknowledged outlives a broker that dies; a broker away is outlet_unavailable', async () => {
      const published: OutletMessage[] = [];
      for (let i = 0; i < 20; i++) {
        await outlet.publish(queue, [message(i)]);
        published.push(message(i));
      }
      await fixture.kill(queue);
      await expect(outlet.publish(queue, [message(98)])).rejects.toMatchObject({
        code: 'outlet_unavailable',
      });
      await fixture.revive();
      for (let attempt = 1; ; attempt++) {
        try {
          await outlet.publish(queue, [message(99)]);
          break;
        } catch (error) {
          expect(error).toMatchObject({ code: 'outlet_unavailable' });
          if (attempt === ATTEMPTS) throw error;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
      expect((await fixture.read(queue, 20)).slice(0, 20)).toEqual(published);
    });

    test('a closed outlet refuses with outlet_unavailable; closing twice is no error', async () => {
      await outlet.close();
      await outlet.close();
      await expect(outlet.publish(queue, [message(1)])).rejects.toMatchObject({ code: 'outlet_unavailable' });
    });
  });
}
