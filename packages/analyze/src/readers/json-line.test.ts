import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from './json-fault.ts';
import { parseJsonLine } from './json-line.ts';

test('one object', () => {
  expect(parseJsonLine(' {"a":[1,"\\"]["]} ')).toEqual({ ok: true, value: { a: [1, '"]['] } });
});

test.each([
  ['', 'not_json', 1],
  ['{"a":1', 'not_json', 7],
  ['{"a":1,}', 'not_json', 8],
  ['{"a":01}', 'not_json', 7],
  ['{"a":"\t"}', 'not_json', 7],
  ['{"a":"\\x41"}', 'not_json', 7],
  ["{'a':1}", 'not_json', 2],
  ['{"a":1}{"b":2}', 'not_json', 8],
  ['{"a":NaN}', 'not_json', 6],
  ['[1]', 'bad_value', 1],
  ['"text"', 'bad_value', 1],
  ['null', 'bad_value', 1],
  ['['.repeat(100_000), 'too_deep', 33],
  [`{"a":${'{"a":'.repeat(40)}1${'}'.repeat(41)}`, 'too_deep', 161],
  [`{"a":"${'x'.repeat(1024 * 1024)}"}`, 'too_long', 1_048_577],
])('%.30s is %s', (line, kind, column) => {
  expect(parseJsonLine(line)).toMatchObject({ ok: false, error: { kind, column } });
});

test('brackets in strings are no depth', () => {
  expect(parseJsonLine(`{"a":"${'['.repeat(1000)}\\\\","b":"\\"${'{'.repeat(1000)}"}`).ok).toBe(true);
});

test('a fault is found exactly where JSON.parse refuses, and nowhere else', () => {
  const json = fc.json({ maxDepth: 3 });
  const broken = fc
    .tuple(json, fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', '\\', '0', 'x', ' ', '\n', '-'))
    .map(([text, at, char]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + char + text.slice(index + (at % 2));
    });
  fc.assert(
    fc.property(fc.oneof(json, broken, fc.string()), (text) => {
      const fault = jsonFault(text);
      expect(fault < 0).toBe(parses(text));
      if (fault < 0) return;
      // What stands before the fault can be the beginning of JSON; with the character at the fault it cannot.
      expect(jsonFault(text.slice(0, fault))).toBeOneOf([fault, -1]);
      if (fault < text.length) expect(jsonFault(text.slice(0, fault + 1))).toBe(fault);
    }),
    { numRuns: 3000 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
