import { expect, test } from 'vitest';
import { seededRandom } from './random.ts';

const take = (seed: number, n: number): readonly number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => random.next());
};

test('the same seed gives the same numbers, another seed others', () => {
  expect(take(7, 50)).toEqual(take(7, 50));
  expect(take(7, 50)).not.toEqual(take(8, 50));
});

test('numbers are spread over [0, 1)', () => {
  const bins = Map.groupBy(take(1, 100_000), (x) => Math.floor(x * 10));
  expect([...bins.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const members of bins.values()) expect(members.length).toBeGreaterThan(9_500);
});
