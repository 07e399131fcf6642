import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStixPattern } from './stix-pattern.ts';

test.each([
  ["[ipv4-addr:value = '192.0.2.1']", ['ip 192.0.2.1']],
  [
    "[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'a.example']",
    ['ip 192.0.2.1', 'domain a.example'],
  ],
  [
    "[url:value = 'http://a.example/'] OR [ipv6-addr:value = '2001:db8::1']",
    ['url http://a.example/', 'ip 2001:db8::1'],
  ],
  [`[file:hashes.'SHA-256' = '${'a'.repeat(64)}']`, [`hash ${'a'.repeat(64)}`]],
  [`[file:hashes.MD5 = '${'a'.repeat(32)}']`, [`hash ${'a'.repeat(32)}`]],
  ["[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]", ['ip 192.0.2.1', 'ip 192.0.2.2']],
  ["[ipv4-addr:value ISSUBSET '192.0.2.0/24']", ['ip 192.0.2.0/24']],
  ['[autonomous-system:number = 64496]', ['as 64496']],
  ["([ipv4-addr:value = '192.0.2.1'] OR [ipv4-addr:value = '192.0.2.2'])", ['ip 192.0.2.1', 'ip 192.0.2.2']],
  ["[url:value = 'http://a.example/it\\'s']", ["url http://a.example/it's"]],
  ["[network-traffic:dst_ref.value = '192.0.2.1']", ['ip 192.0.2.1']],
])('%s', (pattern, values) => {
  const read = readStixPattern(pattern);
  expect(read.ok && read.value.map(({ scope, value }) => `${scope} ${value}`)).toEqual(values);
});

test.each([
  ["[ipv4-addr:value = '192.0.2.1' AND file:name = 'x']", 'a pattern with AND'],
  ["[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [file:name = 'x']", 'a pattern with FOLLOWEDBY'],
  ["[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES", 'a pattern with REPEATS'],
  ["[ipv4-addr:value NOT = '192.0.2.1']", 'a pattern with NOT'],
  ["[ipv4-addr:value != '192.0.2.1']", 'a pattern with NOT'],
  ["[domain-name:value LIKE '%.example']", 'a pattern with a comparison of another kind'],
  ["[file:name = 'x']", 'a pattern over something that is no indicator here'],
  ["[constructor:value = 'x']", 'a pattern over something that is no indicator here'],
  ["[ipv4-addr:value = '192.0.2.1'", 'a pattern that cannot be read'],
  ["[ipv4-addr:value = '192.0.2.1]", 'a pattern that cannot be read'],
  ['', 'a pattern that cannot be read'],
  ['[[[[[[', 'a pattern that cannot be read'],
  ["ipv4-addr:value = '192.0.2.1'", 'a pattern that cannot be read'],
])('%s is refused', (pattern, reason) => {
  expect(readStixPattern(pattern)).toEqual({ ok: false, error: reason });
});

test('whatever comes, it answers', () => {
  const part = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    "'",
    '\\',
    'ipv4-addr:value',
    '=',
    'IN',
    ',',
    ' OR ',
    ' AND ',
    'x',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 200 }), (parts) => {
      const read = readStixPattern(parts.join(''));
      expect(typeof (read.ok ? read.value.length : read.error)).toBe(read.ok ? 'number' : 'string');
    }),
    { numRuns: 2_000 },
  );
});
