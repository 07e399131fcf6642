import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FloodLimit } from './flood-limit.ts';

const RULE = { perSecond: 10, burst: 20 };

test('over any time no more is taken than the burst and the rate allow', () => {
  const asks = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 3_000 }), count: fc.integer({ min: 0, max: 50 }) }),
  );
  fc.assert(
    fc.property(asks, (list) => {
      const limit = new FloodLimit(RULE);
      let now = 1_000_000;
      const began = now;
      let taken = 0;
      for (const { after, count } of list) {
        now += after;
        taken += limit.take('a', count, now);
        expect(taken).toBeLessThanOrEqual(RULE.burst + (RULE.perSecond * (now - began)) / 1_000 + 1e-6);
      }
    }),
  );
});

test('whoever waits as long as it says is taken whole', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 50 }), (counts) => {
      const limit = new FloodLimit(RULE);
      let now = 5;
      for (const count of counts) {
        now += limit.waitFor('a', count, now);
        expect(limit.take('a', count, now)).toBe(count);
      }
    }),
  );
});

test('nodes do not use up what others may send', () => {
  const limit = new FloodLimit(RULE);
  expect(limit.take('a', 100, 0)).toBe(20);
  expect(limit.take('b', 5, 0)).toBe(5);
});
