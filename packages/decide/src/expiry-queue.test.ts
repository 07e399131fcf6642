import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExpiryQueue } from './expiry-queue.ts';

test('any sequence of adding and removing leaves the soonest at the head', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ op: fc.constant('add' as const), expires: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('remove' as const), which: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const expires: number[] = [];
      const queue = new ExpiryQueue((row) => expires[row] as number);
      const kept: number[] = [];
      for (const each of steps) {
        if (each.op === 'add') {
          const row = expires.push(each.expires) - 1;
          kept.push(row);
          queue.add(row);
        } else if (kept.length > 0) {
          const [row] = kept.splice(each.which % kept.length, 1);
          if (row !== undefined) queue.remove(row);
        }
        expect(queue.size).toBe(kept.length);
        const soonest = kept.map((row) => expires[row] as number).sort((a, b) => a - b)[0];
        expect(expires[queue.peek()]).toBe(soonest);
      }
    }),
    { numRuns: 300 },
  );
});
