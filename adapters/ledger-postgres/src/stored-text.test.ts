import fc from 'fast-check';
import { expect, test } from 'vitest';
import { storedText, toldText } from './stored-text.ts';

const text = fc.string({ unit: fc.constantFrom('\u0000', '\u0001', '\u0002', 'a', 'ż'), maxLength: 12 });

test('any text comes back, and none of what is stored holds U+0000', () => {
  fc.assert(
    fc.property(text, (each) => {
      expect(storedText(each)).not.toContain('\u0000');
      expect(toldText(storedText(each))).toBe(each);
    }),
  );
});

test('what is stored is in the order of what it spells', () => {
  fc.assert(fc.property(text, text, (a, b) => storedText(a) < storedText(b) === a < b));
});

test('half a surrogate pair, which UTF-8 cannot hold, is replaced', () => {
  expect(storedText('a\ud800b')).toBe('a\ufffdb');
});
