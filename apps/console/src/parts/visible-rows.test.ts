import { expect, test } from 'vitest';
import { visibleRows } from './visible-rows.ts';

const at = (scrolled: number, count = 100_000) => visibleRows({ count, rowPx: 40, scrolled, height: 400 });

test('what is in sight is there, and little more, wherever one is', () => {
  for (const scrolled of [0, 1, 39, 40, 12_345, 3_999_600]) {
    const { from, to } = at(scrolled);
    expect(from * 40).toBeLessThanOrEqual(scrolled);
    expect(to * 40).toBeGreaterThanOrEqual(Math.min(scrolled + 400, 100_000 * 40));
    expect(to - from).toBeLessThanOrEqual(36);
  }
});

test('no more rows than there are', () => {
  expect(at(0, 0)).toEqual({ from: 0, to: 0 });
  expect(at(0, 3)).toEqual({ from: 0, to: 3 });
  expect(at(9_000_000, 3)).toEqual({ from: 3, to: 3 });
});
