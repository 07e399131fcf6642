import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth, truncate } from './display-width.ts';

test.each([
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['한글', 4],
  ['😀', 2],
  ['ｆｕｌｌ', 8],
  ['Ünïcödé', 7],
])('%s takes %d cells', (text, cells) => expect(displayWidth(text)).toBe(cells));

test('what is cut off is marked', () => {
  expect([
    truncate('abcdef', 6),
    truncate('abcdef', 5),
    truncate('日本語', 5),
    truncate('日本語', 4),
  ]).toEqual(['abcdef', 'abcd…', '日本…', '日…']);
  expect([truncate('abc', 1), truncate('abc', 0)]).toEqual(['…', '']);
});

test('a cut text always fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, cells) => {
      expect(displayWidth(truncate(text, cells))).toBeLessThanOrEqual(cells);
    }),
  );
});
