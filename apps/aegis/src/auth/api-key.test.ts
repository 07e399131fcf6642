import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiKey } from './api-key.ts';

test('a minted key reads back, with 256 bits of secret', () => {
  const parts = ApiKey.mint(randomBytes);
  expect(ApiKey.parse(ApiKey.format(parts))).toEqual(parts);
  expect(parts.secret).toMatch(/^[0-9a-f]{64}$/);
});

test('only the secret itself matches its hash', () => {
  const { secret } = ApiKey.mint(randomBytes);
  const hash = ApiKey.hash(secret);
  expect(ApiKey.matches(secret, hash)).toBe(true);
  expect(ApiKey.matches(ApiKey.mint(randomBytes).secret, hash)).toBe(false);
  expect(ApiKey.matches(secret, '')).toBe(false);
  expect(hash).not.toContain(secret);
});

test.each([
  '',
  'aegis__',
  'aegis_0123456789abcdef_',
  `aegis_0123456789abcdef_${'0'.repeat(63)}`,
  `aegis_0123456789abcdef_${'0'.repeat(64)} `,
  `aegis_0123456789ABCDEF_${'0'.repeat(64)}`,
  `Bearer aegis_0123456789abcdef_${'0'.repeat(64)}`,
])('%j is no key', (text) => {
  expect(ApiKey.parse(text)).toBeUndefined();
});

test('no text makes the parser fail', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(ApiKey.parse(`aegis_${text}`)).toBeUndefined();
    }),
  );
});
