import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { FastCounter } from './fast-counter.ts';
import { FastHistogram } from './fast-histogram.ts';

/** The text of a scrape, its lines sorted: what order series come in means nothing. */
async function scraped(register: Registry): Promise<readonly string[]> {
  return (await register.metrics()).split('\n').sort();
}

const values = fc.array(
  fc.record({
    method: fc.constantFrom('GET', 'POST', '__proto__', 'a"b\\c'),
    value: fc.oneof(fc.constantFrom(0, 0.1, 1, 2), fc.double({ min: 0, max: 3, noNaN: true })),
  }),
);

test('what is scraped is what prom-client would have written', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (observed) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const common = { name: 'seconds', help: 'of something', buckets: [0.1, 1, 2] };
      const fast = new FastHistogram({ ...common, labelNames: ['method'], register: ours });
      const slow = new Histogram({ ...common, labelNames: ['method'], registers: [theirs] });
      for (const { method, value } of observed) {
        fast.observe(method, value, () => ({ method }));
        slow.observe({ method }, value);
      }
      expect(await scraped(ours)).toEqual(await scraped(theirs));
    }),
  );
});

test('and a count the same, scraped as often as one likes', async () => {
  await fc.assert(
    fc.asyncProperty(values, values, async (...rounds) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const common = { name: 'things_total', help: 'of some kind', labelNames: ['method'] };
      const fast = new FastCounter({ ...common, registers: [ours] });
      const slow = new Counter({ ...common, registers: [theirs] });
      for (const counted of rounds) {
        for (const { method } of counted) {
          fast.count(method, () => ({ method }), 2);
          slow.inc({ method }, 2);
        }
        expect(await scraped(ours)).toEqual(await scraped(theirs));
      }
    }),
  );
});
