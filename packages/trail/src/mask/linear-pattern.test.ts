import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinearPattern } from './linear-pattern.ts';

function matches(pattern: RegExp, text: string): readonly string[] {
  const found: string[] = [];
  new LinearPattern(pattern).forEach(text, (from, to) => found.push(text.slice(from, to)));
  return found;
}

test.each([
  [/case-\d{4,6}/, 'case-12 case-1234 case-12345678', ['case-1234', 'case-123456']],
  [/(?:ab|abc)+d?/i, 'ABABCD x abc', ['ABABCD', 'abc']],
  [/[^\s,]+@corp/, 'x, bob@corp', ['bob@corp']],
  [/a.{0,3}z/s, 'a\nz azzzzz', ['a\nz', 'azzzz']],
  [/\u4e2d[\u4e00-\u9fff]?/, '中文中', ['中文', '中']],
])('%s in %j', (pattern, text, expected) => {
  expect(matches(pattern, text)).toEqual(expected);
});

test.each([
  /^a/,
  /a$/,
  /\ba/,
  /(?=a)b/,
  /(a)\1/,
  /a*/,
  /(?:a|)/,
  /(?<n>a)/,
  /a{300}/,
  /(?:a{200}){200}/,
  /a/y,
])('%s is refused with where and why', (pattern) => {
  expect(() => new LinearPattern(pattern)).toThrow(expect.objectContaining({ code: 'bad_pattern' }));
});

test('what backtracks for ever elsewhere is one of many here', () => {
  const evil = new LinearPattern(/(?:a+)+b/);
  let found = 0;
  evil.forEach('a'.repeat(3_000), () => found++);
  expect(found).toBe(0);
});

test('where the leftmost longest match is also the leftmost greedy one, both agree', () => {
  const patterns = [/a+b?/, /[ab]{2,3}c/, /ca*b*/, /(?:ab)+/, /[^a]b/];
  fc.assert(
    fc.property(
      fc.constantFrom(...patterns),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 }),
      (pattern, text) => {
        expect(matches(pattern, text)).toEqual(
          [...text.matchAll(new RegExp(pattern, 'g'))].map(([each]) => each),
        );
      },
    ),
  );
});
