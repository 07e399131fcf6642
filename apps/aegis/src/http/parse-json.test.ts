import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JSON_DEPTH_LIMIT, parseJson } from './parse-json.ts';

function parse(text: string): ReturnType<typeof parseJson> {
  return parseJson(Buffer.from(text));
}

test.each<[text: string, what: string, line: number, column: number]>([
  ['', 'not JSON: ends too early', 1, 1],
  ['{"a":1', 'not JSON: ends too early', 1, 7],
  ['{"a" 1}', 'not JSON: unexpected "1"', 1, 6],
  ['{"a":1,}', 'not JSON: unexpected "}"', 1, 8],
  ['[1,\n 2,\n x]', 'not JSON: unexpected "x"', 3, 2],
  ['[1 2]', 'not JSON: unexpected "2"', 1, 4],
  ['{"a":"\u0001"}', 'not JSON: unexpected "\\u0001"', 1, 7],
  ['"\\x"', 'not JSON: unexpected "\\\\"', 1, 2],
  ['"abc', 'not JSON: ends too early', 1, 5],
  ['{a:1}', 'not JSON: unexpected "a"', 1, 2],
  ['[01]', 'not JSON: unexpected "1"', 1, 3],
  ['nul', 'not JSON: unexpected "n"', 1, 1],
  ['1 1', 'not JSON: unexpected "1"', 1, 3],
  ['[}', 'not JSON: unexpected "}"', 1, 2],
  [']', 'not JSON: unexpected "]"', 1, 1],
])('%j: %s', (text, what, line, column) => {
  expect(parse(text)).toEqual({ ok: false, error: { kind: 'malformed', what, line, column } });
});

test('bytes that are not UTF-8 are refused with their place', () => {
  const bytes = Buffer.concat([Buffer.from('{\n"ä":"'), Buffer.of(0xff), Buffer.from('"}')]);
  expect(parseJson(bytes)).toEqual({
    ok: false,
    error: { kind: 'not_utf8', what: 'not UTF-8', line: 2, column: 6 },
  });
});

test('nesting is bounded, brackets in strings do not count', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(parse(nested(JSON_DEPTH_LIMIT)).ok).toBe(true);
  expect(parse(nested(JSON_DEPTH_LIMIT + 1))).toMatchObject({ error: { kind: 'too_deep', column: 65 } });
  expect(parse('['.repeat(1_000_000))).toMatchObject({ error: { kind: 'too_deep' } });
  expect(parse(JSON.stringify(`\\"${nested(500)}`)).ok).toBe(true);
});

test('__proto__ is a member like any other', () => {
  const parsed = parse('{"__proto__":{"admin":true}}');
  expect(parsed.ok && Object.hasOwn(parsed.value as object, '__proto__')).toBe(true);
  expect(parsed.ok && (parsed.value as { admin?: boolean }).admin).toBeUndefined();
});

test('whatever JSON.stringify writes comes back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value, null, 1);
      expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('every text is refused where JSON.parse refuses it, at a place within it', () => {
  const alphabet = fc.constantFrom(...'{}[],:"\\ntrue01-.eE+ \n\t/u12afx'.split(''));
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
      let accepted = true;
      try {
        JSON.parse(text);
      } catch {
        accepted = false;
      }
      const parsed = parse(text);
      expect(parsed.ok).toBe(accepted);
      if (!parsed.ok)
        expect(text.split('\n')[parsed.error.line - 1]?.length).toBeGreaterThanOrEqual(
          parsed.error.column - 1,
        );
    }),
    { numRuns: 2_000 },
  );
});

test('what comes before the error can go on, with the error it cannot', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', ' ', 'x'), { maxLength: 8 }),
      (tokens) => {
        const text = tokens.join('');
        const parsed = parse(text);
        if (parsed.ok || parsed.error.what.includes('early')) return;
        // Cut before the error, the text only ends too early, or is whole already.
        const before = parse(text.slice(0, parsed.error.column - 1));
        expect(before.ok || before.error.what === 'not JSON: ends too early').toBe(true);
      },
    ),
  );
});
