import { expect, test } from 'vitest';
import { RecentMap } from './recent-map.ts';

test('what was set last is held, whatever came before', () => {
  const map = new RecentMap<number>(10);
  for (let n = 0; n < 100; n++) {
    map.set(`key ${n}`, n, 1);
    for (let back = 0; back < Math.min(5, n + 1); back++) expect(map.get(`key ${n - back}`)).toBe(n - back);
  }
});

test('never holds more than its weight', () => {
  const map = new RecentMap<number>(10);
  const weights = [1, 4, 5, 2, 3, 5, 1, 1, 4];
  for (let n = 0; n < 90; n++) {
    map.set(`key ${n}`, n, weights[n % weights.length] as number);
    const held = Array.from({ length: n + 1 }, (_, i) => i).filter((i) => map.get(`key ${i}`) === i);
    expect(held.reduce((sum, i) => sum + (weights[i % weights.length] as number), 0)).toBeLessThanOrEqual(10);
  }
});

test('what is too heavy is not held, and pushes nothing out', () => {
  const map = new RecentMap<number>(10);
  map.set('light', 1, 1);
  map.set('heavy', 2, 6);
  expect([map.get('light'), map.get('heavy')]).toEqual([1, undefined]);
});
