import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from './fold.ts';
import { displayWidth } from './frame/display-width.ts';

test('lines are broken at blanks, and those after the first indented', () => {
  expect(fold('union-based SQL injection in parameter id', 20, '* ')).toEqual([
    '* union-based SQL',
    '  injection in',
    '  parameter id',
  ]);
  expect(fold('fits', 20)).toEqual(['fits']);
  expect(fold('', 20)).toEqual(['']);
});

test('a word longer than a line is broken, wide characters by their cells', () => {
  expect(fold('abcdefgh ij', 3)).toEqual(['abc', 'def', 'gh', 'ij']);
  expect(fold('日本語', 4)).toEqual(['日本', '語']);
});

test('nothing is lost and every line fits', () => {
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 200 });
  fc.assert(
    fc.property(text, fc.integer({ min: 6, max: 60 }), fc.constantFrom('', '  '), (words, width, rest) => {
      const lines = fold(words, width, '', rest);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(words.replaceAll(' ', ''));
    }),
  );
});
