import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MirrorRing } from './mirror-ring.ts';

test('keeps the order, never more than its capacity, and counts what it dropped', () => {
  const steps = fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), steps, (capacity, list) => {
      const ring = new MirrorRing<number>(capacity);
      const model: number[] = [];
      let dropped = 0;
      for (const step of list) {
        if (step === 'shift') expect(ring.shift()).toBe(model.shift());
        else {
          const fits = model.length < capacity;
          expect(ring.push(step)).toBe(fits);
          if (fits) model.push(step);
          else dropped += 1;
        }
        expect([ring.size, ring.dropped]).toEqual([model.length, dropped]);
      }
    }),
    { numRuns: 300 },
  );
});
