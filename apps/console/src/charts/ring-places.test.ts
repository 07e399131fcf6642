import { expect, test } from 'vitest';
import { ringPlaces } from './ring-places.ts';

test.each([0, 1, 2, 17, 256, 1_247])('%i points have places of their own within the radius', (count) => {
  const places = ringPlaces(count, 200);
  expect(places).toHaveLength(count);
  expect(new Set(places.map(({ x, y }) => `${x.toFixed(3)} ${y.toFixed(3)}`)).size).toBe(count);
  for (const { x, y } of places) expect(Math.hypot(x, y)).toBeLessThanOrEqual(200.001);
});
