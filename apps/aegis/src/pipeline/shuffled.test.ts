import { seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shuffled } from './shuffled.ts';

test('the same items, and the given ones are left as they are', () => {
  const property = fc.property(fc.array(fc.nat()), fc.nat(), (items, seed) => {
    const before = [...items];
    const ascending = (a: number, b: number): number => a - b;
    expect(shuffled(items, seededRandom(seed)).toSorted(ascending)).toEqual(items.toSorted(ascending));
    expect(items).toEqual(before);
  });
  fc.assert(property);
});

test('each order comes about as often as any other', () => {
  const random = seededRandom(3);
  const seen = new Map<string, number>();
  for (let n = 0; n < 6_000; n++) {
    const order = shuffled(['a', 'b', 'c'], random).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect(seen.size).toBe(6);
  for (const count of seen.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
