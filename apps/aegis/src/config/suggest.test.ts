import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const KEYS = ['host', 'port', 'trusted_proxies', 'limits'];

test.each([
  ['prot', 'port'],
  ['hots', 'host'],
  ['trustedProxies', 'trusted_proxies'],
  ['trusted-proxys', 'trusted_proxies'],
  ['LIMIT', 'limits'],
])('%s means %s', (typed, meant) => expect(suggest(typed, KEYS)).toBe(meant));

test.each(['x', 'database', '', '__proto__', 'a'.repeat(100_000)])('%.20s means none of them', (typed) =>
  expect(suggest(typed, KEYS)).toBeUndefined(),
);
