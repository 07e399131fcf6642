import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObservationSample } from './observation-sample.ts';

const sizes = fc.record({ first: fc.nat(6), odd: fc.nat(6) });

test('keeps the first, and of the rest those of the highest rank, in order', () => {
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(5), { maxLength: 60 }), (size, ranks) => {
      const sample = new ObservationSample<number>(size);
      const dropped = ranks.flatMap((rank, i) => sample.add(i, rank) ?? []);
      const kept = sample.items();
      expect(sample.seen).toBe(ranks.length);
      expect(kept).toEqual([...kept].sort((a, b) => a - b));
      expect([...kept, ...dropped].sort((a, b) => a - b)).toEqual(ranks.map((_, i) => i));
      expect(kept.slice(0, size.first)).toEqual(ranks.map((_, i) => i).slice(0, size.first));
      const rest = ranks.slice(size.first);
      const best = rest.toSorted((a, b) => b - a).slice(0, size.odd);
      const keptRanks = kept.slice(size.first).map((i) => ranks[i] as number);
      expect(keptRanks.toSorted((a, b) => b - a)).toEqual(best);
    }),
  );
});

test('goes on from its state as if nothing had been', () => {
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(5), { maxLength: 40 }), fc.nat(40), (size, ranks, cut) => {
      const whole = new ObservationSample<number>(size);
      let resumed = new ObservationSample<number>(size);
      ranks.forEach((rank, i) => {
        if (i === cut) resumed = new ObservationSample(size, JSON.parse(JSON.stringify(resumed.state())));
        whole.add(i, rank);
        resumed.add(i, rank);
      });
      expect(resumed.state()).toEqual(whole.state());
    }),
  );
});

test('items of one rank have about the same chance, early and late', () => {
  const sample = new ObservationSample<number>({ first: 0, odd: 100 });
  for (let i = 0; i < 10_000; i++) sample.add(i, 0);
  const late = sample.items().filter((i) => i >= 5_000).length;
  expect(late).toBeGreaterThan(30);
  expect(late).toBeLessThan(70);
});
