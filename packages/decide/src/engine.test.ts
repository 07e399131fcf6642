import { type Decision, type Prefix, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { defaultPolicy } from './default-policy.ts';
import { DecisionEngine } from './engine.ts';
import { Policy } from './policy.ts';

const NOW = Date.UTC(2026, 9, 27);
const HOUR = 3_600_000;

function decision(over: Partial<Decision> & Pick<Decision, 'id'>): Decision {
  return {
    scope: 'ip',
    value: '198.51.100.7',
    action: 'ban',
    reason: 'probing',
    origin: 'aegis',
    source: 'test',
    weight: 1,
    created: NOW,
    expires: NOW + 4 * HOUR,
    ...over,
  };
}

function engineWith(decisions: readonly Decision[], policy: Policy = defaultPolicy): DecisionEngine {
  const engine = new DecisionEngine({ policy, random: seededRandom(1) });
  for (const each of decisions) engine.apply(each);
  return engine;
}

function policyWith(over: Record<string, unknown>): Policy {
  return Policy.parse({ strategies: [{ name: 'all', origins: ['*'] }], ...over });
}

const CLIENT = { address: '198.51.100.7' };

test('an unlisted address gets no opinion, which is not an allow', () => {
  const engine = engineWith([decision({ id: 'a', value: '203.0.113.1' })]);
  expect(engine.check(CLIENT, NOW)).toEqual({ outcome: 'none', reason: 'no decision matches', score: 0 });
  expect(engine.check({ address: 'nonsense' }, NOW)).toMatchObject({
    outcome: 'none',
    reason: expect.stringMatching(/cannot be read/),
  });
});

test('a ban blocks, with all that is to be known of it', () => {
  expect(engineWith([decision({ id: 'a' })]).check(CLIENT, NOW)).toEqual({
    outcome: 'block',
    decision: 'a',
    reason: 'probing',
    origin: 'aegis',
    scope: 'ip',
    score: 1,
    expires: NOW + 4 * HOUR,
  });
  expect(engineWith([decision({ id: 'a' })]).check({ address: '::ffff:198.51.100.7' }, NOW).outcome).toBe(
    'block',
  );
});

test.each([
  ['ip', '2001:db8::7', { address: '2001:db8::7' }],
  ['range', '2001:db8::/32', { address: '2001:db8::7' }],
  ['range', '203.0.113.9/32', { address: '203.0.113.9' }],
  ['as', '64496', { address: '203.0.113.9', as: '64496' }],
  ['as_name', 'Example Net', { address: '203.0.113.9', asName: 'Example Net' }],
  ['country', 'NL', { address: '203.0.113.9', country: 'NL' }],
  ['continent', 'EU', { address: '203.0.113.9', continent: 'EU' }],
  ['domain', 'example.com', { address: '203.0.113.9', domain: 'shop.example.com' }],
  ['domain', 'example.com', { address: '203.0.113.9', domain: 'example.com' }],
  [
    'hash',
    'd41d8cd98f00b204e9800998ecf8427e',
    { address: '203.0.113.9', hash: 'd41d8cd98f00b204e9800998ecf8427e' },
  ],
  ['url', 'https://example.com/a?b=1', { address: '203.0.113.9', url: 'https://example.com/a?b=1' }],
  ['user_agent', 'sqlmap/1.8', { address: '203.0.113.9', userAgent: 'sqlmap/1.8' }],
  ['ja3', '__proto__', { address: '203.0.113.9', ja3: '__proto__' }],
  ['ja4', 't13d1516h2', { address: '203.0.113.9', ja4: 't13d1516h2' }],
  ['session', 's-1', { address: 'unknown', session: 's-1' }],
  ['user', 'constructor', { address: '203.0.113.9', user: 'constructor' }],
] as const)('scope %s with %s matches its request and no other', (scope, value, request) => {
  const engine = engineWith([decision({ id: 'a', scope, value })]);
  expect(engine.check(request, NOW)).toMatchObject({ outcome: 'block', scope });
  expect(
    engine.check({ address: '192.0.2.1', domain: 'badexample.com', user: 'toString' }, NOW).outcome,
  ).toBe('none');
  expect(engine.decisionsOn(scope, value)).toHaveLength(1);
  engine.retract('a');
  expect(engine.check(request, NOW).outcome).toBe('none');
  expect(engine.size).toBe(0);
});

test('a shorter allow is not hidden by a longer ban', () => {
  const engine = engineWith([
    decision({ id: 'ban', weight: 1000 }),
    decision({ id: 'allow', scope: 'range', value: '198.51.100.0/24', action: 'allow', weight: 0.01 }),
  ]);
  expect(engine.check(CLIENT, NOW)).toMatchObject({ outcome: 'allow', decision: 'allow', score: Infinity });
});

test('the exempt list of the policy wins over everything', () => {
  const engine = engineWith(
    [decision({ id: 'ban', weight: 1000 }), decision({ id: 'user', scope: 'user', value: 'eve' })],
    policyWith({ exempt: ['198.51.0.0/16'] }),
  );
  const verdict = engine.check({ ...CLIENT, user: 'eve' }, NOW);
  expect(verdict).toMatchObject({
    outcome: 'allow',
    origin: 'policy',
    reason: '198.51.0.0/16 is on the exempt list',
  });
  expect(verdict.decision).toBeUndefined();
});

test('a protected address is restricted by nothing, and not taken for an allowed one', () => {
  const engine = engineWith(
    [
      decision({ id: 'country', scope: 'country', value: 'NL' }),
      decision({ id: 'wide', scope: 'range', value: '198.51.100.0/24', action: 'captcha' }),
    ],
    policyWith({ protected: ['198.51.100.7'] }),
  );
  expect(engine.check({ ...CLIENT, country: 'NL' }, NOW).outcome).toBe('none');
  expect(engine.check({ address: '127.0.0.1', country: 'NL' }, NOW).outcome).toBe('none');
  expect(engine.check({ address: '198.51.100.8', country: 'NL' }, NOW).outcome).toBe('challenge');
  engine.apply(decision({ id: 'watch', action: 'observe' }));
  expect(engine.check(CLIENT, NOW).outcome).toBe('observe');
});

test('a decision counts until it expires, swept or not', () => {
  const engine = engineWith([
    decision({ id: 'a' }),
    decision({ id: 'b', value: '203.0.113.1', expires: NOW + HOUR }),
  ]);
  expect(engine.check(CLIENT, NOW + 4 * HOUR - 1).outcome).toBe('block');
  expect(engine.check(CLIENT, NOW + 4 * HOUR).outcome).toBe('none');
  expect(engine.size).toBe(2);
  expect(engine.sweep(NOW + HOUR).map(({ id }) => id)).toEqual(['b']);
  expect(engine.sweep(NOW + 9 * HOUR).map(({ id }) => id)).toEqual(['a']);
  expect(engine.size).toBe(0);
});

test('decisions on one value coexist; lifting one brings back the other', () => {
  const engine = engineWith([
    decision({ id: 'ban' }),
    decision({ id: 'throttle', action: 'throttle', weight: 0.5 }),
    decision({ id: 'host-range', scope: 'range', value: '198.51.100.7/32', action: 'captcha', weight: 0.7 }),
  ]);
  expect(engine.check(CLIENT, NOW).outcome).toBe('block');
  expect(engine.retract('ban')?.id).toBe('ban');
  expect(engine.check(CLIENT, NOW).outcome).toBe('challenge');
  engine.retract('host-range');
  expect(engine.check(CLIENT, NOW).outcome).toBe('throttle');
  expect(engine.retract('ban')).toBeUndefined();
});

test('applying the same id again replaces it, on another value too', () => {
  const engine = engineWith([decision({ id: 'a' }), decision({ id: 'a', value: '203.0.113.1' })]);
  expect(engine.size).toBe(1);
  expect(engine.check(CLIENT, NOW).outcome).toBe('none');
  expect(engine.check({ address: '203.0.113.1' }, NOW).outcome).toBe('block');
});

test('score is weight x freshness x granularity', () => {
  const policy = policyWith({ strategies: [{ name: 'half', origins: ['aegis'], weight: 0.5 }] });
  const engine = engineWith(
    [decision({ id: 'a', scope: 'range', value: '198.51.100.0/24', weight: 0.8 })],
    policy,
  );
  expect(engine.check(CLIENT, NOW).score).toBeCloseTo(0.5 * 0.8 * 1 * 0.825, 12);
  expect(engine.check(CLIENT, NOW + HOUR / 4).score).toBeCloseTo(0.5 * 0.8 * 0.75 * 0.825, 12);
  expect(engine.check(CLIENT, NOW + 3 * HOUR).score).toBeCloseTo(0.5 * 0.8 * 0.1 * 0.825, 12);
  expect(engine.check(CLIENT, NOW - HOUR).score).toBeCloseTo(0.5 * 0.8 * 0.825, 12);
});

test('an old ban gives way to a fresh challenge', () => {
  const engine = engineWith([
    decision({ id: 'old', created: NOW - HOUR }),
    decision({ id: 'new', action: 'captcha', weight: 0.2 }),
  ]);
  expect(engine.check(CLIENT, NOW).outcome).toBe('challenge');
});

test('a shadow strategy changes no verdict and is counted', () => {
  const policy = policyWith({
    strategies: [
      { name: 'trial', origins: ['feed:new'], mode: 'shadow', weight: 5 },
      { name: 'quiet', origins: ['feed:*'], mode: 'off' },
      { name: 'rest', origins: ['*'] },
    ],
  });
  const engine = engineWith(
    [
      decision({ id: 'trial', origin: 'feed:new' }),
      decision({ id: 'off', origin: 'feed:old', value: '203.0.113.1' }),
      decision({ id: 'real', action: 'throttle' }),
    ],
    policy,
  );
  expect(engine.check(CLIENT, NOW)).toMatchObject({ outcome: 'throttle', decision: 'real' });
  expect(engine.check({ address: '203.0.113.1' }, NOW).outcome).toBe('none');
  const explained = engine.explain(CLIENT, NOW);
  expect(explained.shadow).toMatchObject({ outcome: 'block', decision: 'trial' });
  expect(engine.strategyCounts()).toEqual([
    { strategy: 'trial', mode: 'shadow', matched: 1, decided: 1 },
    { strategy: 'quiet', mode: 'off', matched: 0, decided: 0 },
    { strategy: 'rest', mode: 'enforce', matched: 1, decided: 1 },
  ]);
});

test('a new policy holds from the next check on, and counts go on', () => {
  const engine = engineWith([decision({ id: 'a' })], policyWith({}));
  expect(engine.check(CLIENT, NOW).outcome).toBe('block');
  engine.setPolicy(policyWith({ strategies: [{ name: 'all', origins: ['aegis'], scopes: ['country'] }] }));
  expect(engine.check(CLIENT, NOW).outcome).toBe('none');
  engine.setPolicy(policyWith({ exempt: ['198.51.100.0/24' as Prefix] }));
  expect(engine.check(CLIENT, NOW).outcome).toBe('allow');
  engine.setPolicy(policyWith({}));
  expect(engine.check(CLIENT, NOW).outcome).toBe('block');
  expect(engine.strategyCounts()).toEqual([{ strategy: 'all', mode: 'enforce', matched: 2, decided: 2 }]);
});

test('a value that is not canonical is a fault that changes nothing', () => {
  const engine = engineWith([decision({ id: 'a' })]);
  const bad = [
    decision({ id: 'a', value: '198.51.100.007' }),
    decision({ id: 'b', scope: 'range', value: '198.51.100.7/24' }),
    decision({ id: 'b', scope: 'domain', value: 'Example.com' }),
  ];
  for (const each of bad) {
    expect(() => engine.apply(each)).toThrow(expect.objectContaining({ code: 'decision_not_canonical' }));
    expect(() => engine.replaceAll([decision({ id: 'c' }), each])).toThrow(/not a canonical/);
  }
  expect([...engine.decisions()].map(({ id }) => id)).toEqual(['a']);
  expect(engine.check(CLIENT, NOW).outcome).toBe('block');
});

test('absurdly long values cost a check nothing and match nothing', () => {
  const engine = engineWith([decision({ id: 'a', scope: 'user_agent', value: 'x' })]);
  const long = 'x'.repeat(5_000_000);
  expect(engine.check({ address: long, userAgent: long, domain: long, url: long }, NOW).outcome).toBe('none');
});
