import { expect, test } from 'vitest';
import { visibly } from './visibly.ts';

test.each([
  ['plain, ümlaut, 中文 and 🙂', 'plain, ümlaut, 中文 and 🙂'],
  ['\u202egpj.exe', '\\u{202e}gpj.exe'],
  ['a\u0000b\u001b[31m', 'a\\u{0}b\\u{1b}[31m'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['half \ud800', 'half \\u{d800}'],
])('%j is shown as %j', (text, shown) => {
  expect(visibly(text)).toBe(shown);
});
