import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Expiring, ExpiryQueue } from './expiry-queue.ts';

test('any sequence of adding and removing leaves the soonest at the head', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ op: fc.constant('add' as const), expires: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('remove' as const), which: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new ExpiryQueue<Expiring>();
      const kept: Expiring[] = [];
      for (const each of steps) {
        if (each.op === 'add') {
          const item = { expires: each.expires, place: -1 };
          kept.push(item);
          queue.add(item);
        } else if (kept.length > 0) {
          const [item] = kept.splice(each.which % kept.length, 1);
          if (item !== undefined) queue.remove(item);
        }
        expect(queue.size).toBe(kept.length);
        expect(queue.peek()?.expires).toBe(kept.map(({ expires }) => expires).sort((a, b) => a - b)[0]);
      }
    }),
    { numRuns: 300 },
  );
});
