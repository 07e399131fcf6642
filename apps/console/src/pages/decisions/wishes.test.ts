import { expect, test } from 'vitest';
import { scopeOfValue } from './wishes.ts';

test.each([
  ['192.0.2.1', 'ip'],
  [' 2001:db8::1 ', 'ip'],
  ['192.0.2.0/24', 'range'],
  ['2001:db8::/32', 'range'],
  ['AS64496', 'as'],
  ['NL', 'country'],
  ['https://evil.example/x', 'url'],
  ['evil.example', 'domain'],
])('%s is about %s', (value, scope) => {
  expect(scopeOfValue(value)).toBe(scope);
});
