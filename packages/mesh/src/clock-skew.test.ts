import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sendingDelay } from './batching.ts';
import { ClockSkew } from './clock-skew.ts';

const T = Date.UTC(2026, 0, 1);

test('clocks that nearly agree count as one; a wrong one is off by whole seconds, steadily', () => {
  const skew = new ClockSkew();
  expect(skew.observe(T + 1_900, T)).toBe(false);
  expect(skew.ms).toBe(0);
  expect(skew.observe(T + 7_200_300, T)).toBe(true);
  expect(skew.ms).toBe(7_200_000);
  expect(skew.observe(T + 7_201_500, T)).toBe(false);
  expect(skew.observe(T + 10, T)).toBe(true);
  expect(skew.ms).toBe(0);
});

test('times go to the mesh and back to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: -1e9, max: 1e9 }), (own, ahead) => {
      const skew = new ClockSkew();
      skew.observe(T + ahead, T);
      expect(skew.toOwn(skew.toMesh(own))).toBe(own);
    }),
  );
});

test('what waits is sent at once when nothing was sent just before, or enough has gathered', () => {
  expect(sendingDelay(1, 1_000)).toBe(0);
  expect(sendingDelay(1, 1)).toBe(2);
  expect(sendingDelay(100, 0)).toBe(0);
});
