import { Prefix, type PrefixParts } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prefixContains, prefixesOverlap } from './prefix-overlap.ts';

function parts(text: string): PrefixParts {
  const parsed = Prefix.parse(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return Prefix.parts(parsed.value);
}

test('a prefix contains itself and what is inside it', () => {
  expect(prefixContains(parts('10.0.0.0/8'), parts('10.1.0.0/16'))).toBe(true);
  expect(prefixContains(parts('10.0.0.0/8'), parts('10.0.0.0/8'))).toBe(true);
  expect(prefixContains(parts('10.1.0.0/16'), parts('10.0.0.0/8'))).toBe(false);
  expect(prefixContains(parts('0.0.0.0/0'), parts('::/0'))).toBe(false);
  expect(prefixContains(parts('2001:db8::/33'), parts('2001:db8:8000::/48'))).toBe(false);
});

test('overlap is containment one way or the other', () => {
  const network = fc
    .tuple(fc.constantFrom('192.0.2.128', '192.0.0.0', '64.0.0.0'), fc.integer({ min: 0, max: 32 }))
    .map(([address, length]) => parts(`${address}/${length}`));
  fc.assert(
    fc.property(network, network, (a, b) => {
      expect(prefixesOverlap(a, b)).toBe(prefixContains(a, b) || prefixContains(b, a));
      expect(prefixesOverlap(a, b)).toBe(prefixesOverlap(b, a));
    }),
  );
});
