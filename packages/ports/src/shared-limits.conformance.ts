import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { SharedLimits } from './shared-limits.ts';

export interface SharedLimitsFixture {
  /** Another view of the same limits each time it is called within a test. */
  open(): Promise<SharedLimits>;
  /** Removes what was shared, after all were closed. */
  cleanup(): Promise<void>;
}

/** What a test on a busy machine may be late by, ms. */
const LATE_MS = 2_000;

/** Every promise of the {@link SharedLimits} port, for any adapter. */
export function sharedLimitsConformance(name: string, fixture: SharedLimitsFixture): void {
  describe(`SharedLimits conformance: ${name}`, () => {
    const opened: SharedLimits[] = [];
    const open = async (): Promise<SharedLimits> => {
      const limits = await fixture.open();
      opened.push(limits);
      return limits;
    };
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });
    const ask = async (limits: SharedLimits, key: string, chargeMs = 0): Promise<number> =>
      (await limits.exchange([{ key, chargeMs }]))[0] as number;

    test('charges of all callers add up, key by key', async () => {
      const [one, other] = [await open(), await open()];
      await Promise.all(
        [one, other].map(async (limits) => {
          for (let i = 0; i < 20; i++)
            await limits.exchange([
              { key: 'aa', chargeMs: 10_000 },
              { key: 'bb', chargeMs: 0.5 },
            ]);
        }),
      );
      const ahead = await ask(one, 'aa');
      expect(ahead).toBeLessThanOrEqual(400_000);
      expect(ahead).toBeGreaterThan(400_000 - LATE_MS);
      expect(await ask(other, 'bb')).toBeLessThanOrEqual(20);
      expect(await ask(other, 'cc')).toBe(0);
    });

    test('a key that is there twice in one exchange is charged twice, in order', async () => {
      const limits = await open();
      const [first, second] = await limits.exchange([
        { key: 'aa', chargeMs: 50_000 },
        { key: 'aa', chargeMs: 50_000 },
      ]);
      expect(first).toBeLessThanOrEqual(50_000);
      expect(second).toBeGreaterThan(100_000 - LATE_MS);
      expect(second).toBeLessThanOrEqual(100_000);
    });

    test('a bucket drains in real time, and not below full', async () => {
      const limits = await open();
      await ask(limits, 'aa', 300);
      await ask(limits, 'bb', 60_000);
      await sleep(400);
      expect(await ask(limits, 'aa')).toBe(0);
      const left = await ask(limits, 'bb');
      expect(left).toBeLessThanOrEqual(59_601);
      expect(left).toBeGreaterThan(60_000 - LATE_MS);
      await ask(limits, 'aa', 1_000);
      expect(await ask(limits, 'aa')).toBeLessThanOrEqual(1_000);
    });

    test('thousands of keys in one exchange are answered in the order asked', async () => {
      const limits = await open();
      const charges = Array.from({ length: 3_000 }, (_, i) => ({
        key: i.toString(16).padStart(16, '0'),
        chargeMs: (i % 7) * 100_000,
      }));
      const aheads = await limits.exchange(charges);
      expect(aheads.map((ahead) => Math.ceil(ahead / 100_000))).toEqual(charges.map((_, i) => i % 7));
      expect(await limits.exchange([])).toEqual([]);
    });

    test('a closed one refuses with shared_limits_unavailable; closing twice is no error', async () => {
      const limits = await open();
      await limits.close();
      await limits.close();
      await expect(limits.exchange([{ key: 'aa', chargeMs: 1 }])).rejects.toMatchObject({
        code: 'shared_limits_unavailable',
      });
    });
  });
}
