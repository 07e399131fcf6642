import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalScopeValue, Decision, type Scope } from './decision.ts';

test.each<[Scope, string, string]>([
  ['ip', ' ::ffff:192.0.2.1 ', '192.0.2.1'],
  ['range', '192.0.2.9/24', '192.0.2.0/24'],
  ['as', 'AS64496', '64496'],
  ['country', 'de', 'DE'],
  ['domain', 'Bücher.Example.', 'xn--bcher-kva.example'],
  ['hash', 'D41D8CD98F00B204E9800998ECF8427E', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['user', ' alice ', 'alice'],
])('%s %j is stored as %s', (scope, value, expected) => {
  expect(canonicalScopeValue(scope, value)).toEqual({ ok: true, value: expected });
});

test.each<[Scope, string]>([
  ['ip', '192.0.2.0/24'],
  ['range', 'example.com'],
  ['as', '4294967296'],
  ['country', 'DEU'],
  ['domain', 'http://example.com/'],
  ['domain', '192.0.2.1'],
  ['domain', 'a b'],
  ['hash', 'xyz'],
  ['user_agent', '   '],
])('%s %j is refused with the reason', (scope, value) => {
  const refused = canonicalScopeValue(scope, value);
  expect(refused).toMatchObject({ ok: false, error: { kind: 'bad_scope_value' } });
  if (!refused.ok) expect(refused.error.message.length).toBeGreaterThan(10);
});

test('a domain is what the URL standard makes of it', () => {
  const label = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '-', 'A', 'ü', '_'), maxLength: 5 }),
    fc.constantFrom('xn--bcher-kva', 'xn--', 'example', '0x1', '127', 'a'.repeat(64)),
  );
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
      const canonical = canonicalScopeValue('domain', labels.join('.'));
      if (!canonical.ok) return;
      expect(new URL(`http://${labels.join('.')}/`).hostname.replace(/\.$/, '')).toBe(canonical.value);
    }),
  );
});

test.each(['localhost', 'a.b-c.example', 'a--b.example', '0.example'])('%s stays as it is', (domain) => {
  expect(canonicalScopeValue('domain', domain)).toEqual({ ok: true, value: domain });
});

test('the schema refuses unknown keys and weights that could never lose or never win', () => {
  const good = {
    id: 'd1',
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    reason: 'r',
    origin: 'operator',
    source: 'me',
    weight: 1,
    created: 0,
    expires: 1,
  };
  expect(Decision.safeParse(good).success).toBe(true);
  expect(Decision.safeParse({ ...good, extra: 1 }).success).toBe(false);
  for (const weight of [0, -1, Number.POSITIVE_INFINITY, Number.NaN]) {
    expect(Decision.safeParse({ ...good, weight }).success).toBe(false);
  }
});
