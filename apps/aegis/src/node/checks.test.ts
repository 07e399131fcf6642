import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import { type Decision, ManualClock, type Prefix, seededRandom } from '@aegis/model';
import { combineGeo, type Geo } from '@aegis/ports';
import { expect, test } from 'vitest';
import { createChecks } from './checks.ts';
import { Metrics } from './metrics.ts';

const clock = new ManualClock();
const ban: Decision = {
  id: 'b',
  scope: 'ip',
  value: '192.0.2.1',
  action: 'ban',
  reason: 'x',
  origin: 'operator',
  source: 'alice',
  weight: 1,
  created: clock.now(),
  expires: clock.now() + 1_000,
};

test('checks are answered from the engine and counted by scope and verdict', async () => {
  const policy = { ...defaultPolicy, exempt: ['203.0.113.1/32' as Prefix] };
  const engine = new DecisionEngine({ policy, random: seededRandom(1) });
  engine.apply(ban);
  const metrics = new Metrics();
  const checks = createChecks({ engine, geo: combineGeo([]), clock, metrics });
  const outcomes = ['192.0.2.1', '192.0.2.2', '203.0.113.1', 'nonsense'].map(
    (address) => checks.check({ address }).outcome,
  );
  expect(outcomes).toEqual(['block', 'none', 'allow', 'none']);
  expect(checks.explain({ address: '192.0.2.1' }).verdict.outcome).toBe('block');
  const counted = (await metrics.registry.metrics()).match(/^firewall_(requests|block_hits)_total.*$/gm);
  expect(counted).toEqual([
    'firewall_requests_total 4',
    'firewall_block_hits_total{rule_type="ip",result="block"} 1',
    'firewall_block_hits_total{rule_type="range",result="allow"} 1',
  ]);
  clock.advance(1_000);
  expect(checks.check({ address: '192.0.2.1' }).outcome).toBe('none');
});

test('where a client is counts only while a decision is about it', () => {
  const engine = new DecisionEngine({ policy: defaultPolicy, random: seededRandom(1) });
  let asked = 0;
  const geo: Geo = {
    ...combineGeo([]),
    lookup() {
      asked++;
      return { country: 'DE', continent: 'EU', as: '64496', asName: 'Example' };
    },
  };
  const checks = createChecks({ engine, geo, clock, metrics: new Metrics() });
  engine.apply({ ...ban, created: clock.now(), expires: clock.now() + 1_000 });
  expect(checks.check({ address: '192.0.2.7' }).outcome).toBe('none');
  expect(asked).toBe(0);
  const values = { country: 'DE', continent: 'EU', as: '64496', as_name: 'Example' } as const;
  for (const [scope, value] of Object.entries(values)) {
    engine.apply({
      ...ban,
      id: scope,
      scope: scope as keyof typeof values,
      value,
      expires: clock.now() + 1_000,
    });
    expect(checks.check({ address: '192.0.2.7' })).toMatchObject({ outcome: 'block', decision: scope });
    expect(checks.explain({ address: '192.0.2.7' }).verdict).toMatchObject({ decision: scope });
    engine.retract(scope);
    const before = asked;
    expect(checks.check({ address: '192.0.2.7' }).outcome).toBe('none');
    expect(asked).toBe(before);
  }
  engine.apply({ ...ban, id: 'jp', scope: 'country', value: 'JP', expires: clock.now() + 1_000 });
  expect(checks.check({ address: '192.0.2.7' }).outcome).toBe('none');
  expect(checks.check({ address: '192.0.2.7', country: 'JP' }).outcome).toBe('block');
});
