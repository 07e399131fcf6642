import { networkInterfaces } from 'node:os';
import { decide, defaultPolicy } from '@aegis/decide';
import type { Prefix } from '@aegis/model';
import { expect, test } from 'vitest';
import { testConfig } from '../node/node-fixture.ts';
import { addressesOf, configPolicy, nodeProtections, overruledBy, withProtections } from './node-policy.ts';

const decisions = {
  ...testConfig('/nowhere').decisions,
  exempt: ['192.0.2.0/28' as Prefix],
  protected: ['198.51.100.0/24' as Prefix],
  minConfidence: 70,
  maxDurationMs: 3_600_000,
  widestIpv4: 16,
  widestIpv6: 32,
};

test('the default strategies with what the config says', () => {
  const own = ['203.0.113.5/32', '198.51.100.0/24'] as readonly string[] as readonly Prefix[];
  const policy = withProtections(configPolicy({ decisions }), nodeProtections({ decisions }, own));
  expect(policy.strategies).toBe(defaultPolicy.strategies);
  expect(policy).toMatchObject({
    exempt: ['192.0.2.0/28'],
    protected: ['198.51.100.0/24', '203.0.113.5/32'],
    limits: { maxDurationSeconds: 3_600, widestV4: 16, widestV6: 32 },
    proposals: { minConfidence: 70, repeat: defaultPolicy.proposals.repeat },
  });
});

test('addresses of all interfaces, with and without a zone, each once', () => {
  const interfaces = {
    lo: [{ address: '127.0.0.1' }, { address: '::1' }],
    eth0: [{ address: '192.0.2.9' }, { address: '2001:db8::9' }, { address: 'fe80::1' }],
    eth1: [{ address: '192.0.2.9' }, { address: 'no address' }],
    down: undefined,
  };
  expect(addressesOf(interfaces)).toEqual([
    '127.0.0.1/32',
    '192.0.2.9/32',
    '2001:db8::9/128',
    '::1/128',
    'fe80::1/128',
  ]);
});

test("this machine's own addresses cannot be banned", () => {
  const own = addressesOf(networkInterfaces());
  expect(own.length).toBeGreaterThan(0);
  const policy = withProtections(configPolicy({ decisions }), nodeProtections({ decisions }, own));
  for (const address of own) {
    const wish = { scope: 'range', value: address, action: 'ban', durationMs: 1_000 } as const;
    const born = decide({ ...wish, reason: '', origin: 'operator', source: '' }, { policy, now: 0, id: 'x' });
    expect(born).toMatchObject({ ok: false, error: { kind: 'protected' } });
  }
});

test('another policy overrules the config in everything but protections, and it is said in what', () => {
  expect(overruledBy(configPolicy({ decisions }), { decisions })).toEqual([]);
  expect(overruledBy(defaultPolicy, { decisions })).toEqual([
    'decisions.exempt of the config has 192.0.2.0/28, which the policy does not exempt',
    'decisions.max_duration is 1h in the config and 365d in the policy',
    'decisions.widest_ipv4 is 16 in the config and 8 in the policy',
    'decisions.widest_ipv6 is 32 in the config and 19 in the policy',
    'decisions.min_confidence is 70 in the config and 50 in the policy',
  ]);
  const merged = withProtections(defaultPolicy, nodeProtections({ decisions }, []));
  expect(merged.protected).toEqual(['198.51.100.0/24']);
  expect(merged.exempt).toEqual([]);
});
