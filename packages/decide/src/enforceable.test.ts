import { type Decision, Prefix, seededRandom } from '@aegis/model';
import { prefixesOverlap } from '@aegis/netset';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Enforceable } from './enforceable.ts';
import { lostProtection } from './lost-protection.ts';
import { Policy } from './policy.ts';
import { ALWAYS_PROTECTED } from './protection.ts';
import { anyPolicy } from './testing/any-policy.ts';

const decision = (over: Partial<Decision>): Decision => ({
  id: 'd',
  scope: 'ip',
  value: '192.0.2.7',
  action: 'ban',
  reason: '',
  origin: 'aegis',
  source: '',
  weight: 1,
  created: 0,
  expires: 1,
  ...over,
});

const policy = Policy.parse({
  strategies: [
    { name: 'trial', origins: ['feed:new'], mode: 'shadow' },
    { name: 'muted', origins: ['feed:muted'], mode: 'off' },
    { name: 'own', origins: ['aegis'] },
  ],
  exempt: ['192.0.2.0/28'],
  protected: ['198.51.100.7'],
});

test.each([
  ['a ban that counts', { value: '203.0.113.1' }, true],
  ['one of a strategy that only watches', { value: '203.0.113.1', origin: 'feed:new' }, false],
  ['one of a strategy that is off', { value: '203.0.113.1', origin: 'feed:muted' }, false],
  ['one that no strategy takes', { value: '203.0.113.1', origin: 'mesh' }, false],
  ['one on an exempt address', { value: '192.0.2.7' }, false],
  ['one on a range around a protected address', { scope: 'range', value: '198.51.100.0/24' }, false],
  ['one on loopback, whatever the policy', { value: '127.0.0.1' }, false],
  ['an exemption of a protected address', { value: '198.51.100.7', action: 'allow' }, true],
  ['one on a country', { scope: 'country', value: 'NL' }, true],
] as const)('%s', (_, over, expected) => {
  expect(new Enforceable(policy, seededRandom(1)).has(decision(over))).toBe(expected);
});

const prefix = fc
  .tuple(
    fc.constantFrom(
      '192.0.2.7',
      '192.0.2.64',
      '198.51.100.1',
      '203.0.113.70',
      '2001:db8::1',
      '2001:db8:1::7',
    ),
    fc.constantFrom(8, 20, 24, 25, 26, 30, 32),
  )
  .map(([address, length]) => {
    const parsed = Prefix.parse(`${address}/${length}`);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  });

test('what has an address in common with a shield is withheld, as looking at each of them says', () => {
  fc.assert(
    fc.property(anyPolicy, prefix, (given, value) => {
      const enforced = { ...given, strategies: policy.strategies };
      const shields = [...ALWAYS_PROTECTED, ...given.protected, ...given.exempt];
      const overlaps = shields.some((shield) => prefixesOverlap(Prefix.parts(shield), Prefix.parts(value)));
      const has = new Enforceable(enforced, seededRandom(1)).has(decision({ scope: 'range', value }));
      expect(has).toBe(!overlaps);
    }),
  );
});

test('protection is lost where no one prefix of the new policy holds all of the old one', () => {
  const before = {
    ...policy,
    protected: [
      '192.0.2.0/24',
      '10.1.2.0/24',
      '2001:db8::/48',
      '127.0.0.0/8',
    ] as readonly string[] as Policy['protected'],
  };
  const after = (...prefixes: readonly string[]): Policy => ({
    ...policy,
    exempt: [],
    protected: prefixes as readonly string[] as Policy['protected'],
  });
  expect(lostProtection(before, after())).toEqual(['192.0.2.0/24', '10.1.2.0/24', '2001:db8::/48']);
  expect(
    lostProtection(before, after('192.0.2.0/25', '192.0.2.128/25', '10.0.0.0/8', '2001:db8::/32')),
  ).toEqual(['192.0.2.0/24']);
  expect(
    lostProtection(before, { ...after('10.0.0.0/8', '2001:db8::/48'), exempt: ['192.0.2.0/24' as Prefix] }),
  ).toEqual([]);
});
