import { expect, test } from 'vitest';

const { visible } = (await import(new URL('element.js', import.meta.url).href)) as {
  readonly visible: (text: string) => string;
};

test.each([
  ['plain text, <b>markup</b> & "quotes"', 'plain text, <b>markup</b> & "quotes"'],
  ['two\n\tlines', 'two\n\tlines'],
  ['中文 naïve 👩', '中文 naïve 👩'],
  ['gpj.\u202eexe', 'gpj.\\u{202e}exe'],
  ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
  ['nul\0 bell\u0007 esc\u001b[31m', 'nul\\u{0} bell\\u{7} esc\\u{1b}[31m'],
  ['a\u2028b', 'a\\u{2028}b'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});
