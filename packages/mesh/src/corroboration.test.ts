import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Corroboration } from './corroboration.ts';

const RULES = { mostOfOne: 40, windowMs: 1_000, most: 3 };

test('one node counts once and for no more than it may, whatever it says and however often', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 }), (said) => {
      const known = new Corroboration(RULES);
      for (const [at, confidence] of said.entries()) known.report('x', 'a', confidence, at);
      const { confidence, nodes } = known.report('x', 'a', 0, said.length);
      expect(nodes).toEqual(['a']);
      expect(confidence).toBeLessThanOrEqual(40 + 1e-9);
    }),
  );
});

test('distinct nodes add up, in any order to the same', () => {
  const reports = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 100 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(
      reports.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([one, other]) => {
        const last = (list: typeof one): number => {
          const known = new Corroboration(RULES);
          let confidence = 0;
          for (const [node, said] of list) ({ confidence } = known.report('x', node, said, 0));
          return confidence;
        };
        expect(last(one)).toBeCloseTo(last(other), 9);
      },
    ),
  );
  const known = new Corroboration(RULES);
  known.report('x', 'a', 40, 0);
  expect(known.report('x', 'b', 40, 0)).toEqual({ confidence: expect.closeTo(64, 9), nodes: ['a', 'b'] });
});

test('what was said long ago counts no more, and memory is bounded', () => {
  const known = new Corroboration(RULES);
  known.report('x', 'a', 40, 0);
  expect(known.report('x', 'b', 40, 1_000).nodes).toEqual(['b']);
  for (const each of ['y', 'z', 'w']) known.report(each, 'a', 40, 1_000);
  expect(known.report('x', 'c', 40, 1_000).nodes).toEqual(['c']);
});
