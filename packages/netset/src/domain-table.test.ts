import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainTable, MOST_DOMAIN_MATCHES } from './domain-table.ts';

function matches(table: DomainTable, domain: string): number[] {
  const out = new Int32Array(MOST_DOMAIN_MATCHES);
  return [...out.subarray(0, table.matches(domain, out))];
}

test('a name encloses itself and its subdomains, not names that end alike', () => {
  const table = new DomainTable();
  table.insert('example.com', 1);
  table.insert('a.example.com', 2);
  expect(matches(table, 'b.a.example.com')).toEqual([2, 1]);
  expect(matches(table, 'example.com')).toEqual([1]);
  expect(matches(table, 'badexample.com')).toEqual([]);
  expect(matches(table, 'com')).toEqual([]);
  expect(table.delete('example.com')).toBe(1);
  expect(matches(table, 'b.a.example.com')).toEqual([2]);
});

test('names of object members are names like others, and absurd ones cost little', () => {
  const table = new DomainTable();
  expect(matches(table, '__proto__.constructor')).toEqual([]);
  table.insert('constructor', 3);
  expect(matches(table, '__proto__.constructor')).toEqual([3]);
  expect(matches(table, `${'a.'.repeat(100_000)}constructor`)).toEqual([]);
  expect(matches(table, '.'.repeat(253))).toEqual([]);
});

test('matches are the suffixes at label borders, for any set of names', () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 5 })
    .map((labels) => labels.join('.'));
  fc.assert(
    fc.property(fc.uniqueArray(name), name, (names, asked) => {
      const table = new DomainTable();
      for (const [value, each] of names.entries()) table.insert(each, value);
      const expected = names
        .filter((each) => asked === each || asked.endsWith(`.${each}`))
        .sort((a, b) => b.length - a.length)
        .map((each) => names.indexOf(each));
      expect(matches(table, asked)).toEqual(expected);
      expect(table.size).toBe(names.length);
    }),
  );
});
