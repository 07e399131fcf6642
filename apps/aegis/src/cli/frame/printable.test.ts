import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['a\u001b[2Jb', 'a\\x1b[2Jb'],
  ['a\r\nb\u0000', 'a\\x0d\\x0ab\\x00'],
  ['\u009b31m', '\\x9b31m'],
  ['user\u202egpj.exe', 'user\\u202egpj.exe'],
  ['\ud800x', '\\ud800x'],
  ['日本 é 😀', '日本 é 😀'],
])('%j is shown as %s', (text, shown) => expect(printable(text)).toBe(shown));

test('nothing that steers a terminal is left of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
    }),
  );
});
