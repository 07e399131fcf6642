import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy } from './check-policy.ts';
import { defaultPolicy } from './default-policy.ts';
import { policyDocument } from './policy-document.ts';

const plain = policyDocument(defaultPolicy);

function told(document: unknown): readonly string[] {
  return checkPolicy(document).issues.map(
    ({ severity, path, message }) => `${severity} ${path.join('.')}: ${message}`,
  );
}

test('nothing is to be said of the default policy', () => {
  expect(checkPolicy(plain)).toEqual({ policy: defaultPolicy, issues: [] });
});

test('everything is told at once, whatever else is wrong', () => {
  const issues = told({
    strategies: [
      { name: 'all', origins: ['*'], wieght: 2 },
      { name: 'feeds', origins: ['feed:*'], weight: 'lots', freshness: { kind: 'linear', window: '1 hour' } },
      { name: 'feeds', origins: ['x*y'], mode: 'shadwo' },
    ],
    exempt: ['0.0.0.0/0', '192.0.2.9/24', 7],
    limits: 5,
  });
  expect(issues).toEqual([
    'error strategies.0.wieght: is no key here; known are name, origins, scopes, weight, freshness, mode',
    'error strategies.1.weight: expected number; found "lots"',
    expect.stringMatching(
      /^error strategies\.1\.freshness\.window: expected a length of time.*found "1 hour"$/,
    ),
    expect.stringContaining('error strategies.2.origins.0: an origin may have one `*`, at its end'),
    'error strategies.2.mode: expected one of enforce, shadow, off; found "shadwo"',
    'error exempt.2: expected string; found 7',
    'error limits: expected object; found 5',
    'error strategies.2.name: two strategies share a name: "feeds" is also strategy 2',
    expect.stringMatching(/^error exempt\.0: is every IPv4 client/),
    'warning exempt.1: 192.0.2.9/24 is read as 192.0.2.0/24; write that, or a longer prefix',
  ]);
});

test('a strategy that nothing reaches is told, and by which others', () => {
  const strategies = [
    { name: 'own', origins: ['aegis', 'operator'] },
    { name: 'addresses', origins: ['*'], scopes: ['ip', 'range'] },
    { name: 'again', origins: ['aegis'] },
    { name: 'half', origins: ['operator', 'feed:a'] },
    { name: 'feeds', origins: ['feed:*'], scopes: ['ip'] },
    { name: 'rest', origins: ['*'] },
  ];
  expect(told({ strategies })).toEqual([
    'warning strategies.2: nothing reaches this strategy: "own" before it takes all of its decisions; move it up or remove it',
    'warning strategies.3.origins.0: never comes here: "own" before it takes all of operator',
    'warning strategies.4: nothing reaches this strategy: "addresses" before it takes all of its decisions; move it up or remove it',
  ]);
});

test.each([
  [
    { strategies: [{ name: 'a', origins: ['*'], mode: 'shadow' }] },
    ['warning strategies: no strategy is enforced: nobody would be restricted, whatever is decided'],
  ],
  [
    { strategies: [{ name: 'a', origins: ['aegis'] }] },
    ['warning strategies: no strategy takes origin operator: what operators decide would be ignored'],
  ],
  [
    { ...plain, protected: ['::/0'] },
    [
      expect.stringMatching(
        /^error protected\.0: is every IPv6 client: each of them can never be restricted/,
      ),
    ],
  ],
  [
    { ...plain, exempt: ['10.0.0.0/7', '10.1.0.0/16', '10.1.0.0/16', '2001:db8::/32', '2001:db8:5::/48'] },
    [
      'warning exempt.0: 10.0.0.0/7 is very wide: every client in it is always allowed',
      'warning exempt.1: 10.1.0.0/16 lies in 10.0.0.0/7, entry 1; it adds nothing',
      'warning exempt.2: 10.1.0.0/16 is here twice, first as entry 2; remove one',
      'warning exempt.4: 2001:db8:5::/48 lies in 2001:db8::/32, entry 4; it adds nothing',
    ],
  ],
])('%j is told as it is', (document, expected) => expect(told(document)).toEqual(expected));

test('there is a policy exactly where there is no error, and nothing makes it throw', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const document = fc.oneof(
    value,
    fc.record(
      { strategies: value, exempt: value, limits: value, ['__proto__']: value },
      { requiredKeys: [] },
    ),
    fc
      .tuple(
        fc.constantFrom('name', 'strategies', 'exempt', 'protected', 'limits', 'proposals', 'constructor'),
        value,
      )
      .map(([key, changed]) => ({ ...plain, [key]: changed })),
  );
  fc.assert(
    fc.property(document, (input) => {
      const { policy, issues } = checkPolicy(input);
      expect(policy === undefined).toBe(issues.some(({ severity }) => severity === 'error'));
      for (const { message } of issues) expect(message.length).toBeLessThan(600);
    }),
    { numRuns: 1_000 },
  );
});

test('a document of nothing but mistakes is told of in a bounded answer', () => {
  const strategies = Array.from({ length: 250 }, (_, index) => ({ name: index, [`k${index}`]: 1 }));
  expect(checkPolicy({ strategies }).issues.length).toBe(200);
});
