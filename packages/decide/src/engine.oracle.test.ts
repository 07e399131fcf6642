import { ACTIONS, type CheckRequest, type Decision, type Prefix, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkByTheBook } from './check-by-the-book.ts';
import { DecisionEngine } from './engine.ts';
import { Policy } from './policy.ts';
import { listsOf } from './testing/lists.ts';

const NOW = Date.UTC(2026, 9, 27);
const MINUTE = 60_000;

// Small worlds, so that decisions meet, tie, expire and exempt one another.
const addresses = [
  '198.51.100.7',
  '198.51.100.8',
  '203.0.113.1',
  '2001:db8::7',
  '2001:db8:1::1',
  '127.0.0.1',
];
const ranges = [
  '198.51.100.7/32',
  '198.51.100.0/24',
  '198.51.0.0/16',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8::/64',
  '::/0',
];
const domains = ['com', 'example.com', 'a.example.com', 'xexample.com'];
const text = fc.constantFrom('x', 'y', '__proto__');
const origin = fc.constantFrom('aegis', 'operator', 'feed:a', 'feed:b', 'mesh');

const target = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ scope: fc.constant('ip' as const), value: fc.constantFrom(...addresses) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ scope: fc.constant('range' as const), value: fc.constantFrom(...ranges) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ scope: fc.constant('domain' as const), value: fc.constantFrom(...domains) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ scope: fc.constant('as' as const), value: fc.constantFrom('1', '2') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      scope: fc.constantFrom('country' as const, 'continent' as const),
      value: fc.constantFrom('NL', 'EU'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      scope: fc.constantFrom('as_name', 'url', 'user_agent', 'ja3', 'ja4', 'session', 'user'),
      value: text,
    }),
  },
);

const decisionSet = fc
  .array(
    fc.record({
      target,
      action: fc.constantFrom(...ACTIONS),
      origin,
      weight: fc.constantFrom(0.5, 1, 2),
      age: fc.constantFrom(-5, 0, 10, 30, 59, 61, 500),
      left: fc.constantFrom(-1, 0, 1, 60, 600),
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    all.map(
      ({ target: { scope, value }, action, origin, weight, age, left }, index): Decision => ({
        id: `d${index}`,
        scope,
        value,
        action,
        reason: `reason ${index}`,
        origin,
        source: '',
        weight,
        created: NOW - age * MINUTE,
        expires: NOW + left * MINUTE,
      }),
    ),
  );

const freshness = fc.oneof(
  fc.constant({ kind: 'none' }),
  fc.record({
    kind: fc.constant('linear'),
    window: fc.constantFrom(600, 3600),
    floor: fc.constantFrom(0.1, 0.5),
  }),
);
const strategies = fc
  .array(
    fc.record(
      {
        origins: fc.constantFrom(['*'], ['feed:*'], ['aegis', 'mesh'], ['operator'], ['feed:a']),
        weight: fc.constantFrom(0.5, 1, 2),
        mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'shadow', 'off'),
        freshness,
        scopes: fc.constantFrom(['ip'], ['range', 'country', 'domain']),
      },
      { requiredKeys: ['origins', 'weight', 'mode', 'freshness'] },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.map((strategy, index) => ({ name: `s${index}`, ...strategy })));
const policy = fc
  .record({
    strategies,
    exempt: fc.subarray(['198.51.100.8', '198.51.100.0/25', '2001:db8:1::/48']),
    protected: fc.subarray(['203.0.113.0/24', '2001:db8::7']),
  })
  .map((input) => Policy.parse(input));

const request: fc.Arbitrary<CheckRequest> = fc.record(
  {
    address: fc.constantFrom(...addresses, '::ffff:198.51.100.7', 'nonsense'),
    as: fc.constantFrom('1', '2'),
    asName: text,
    country: fc.constantFrom('NL', 'EU'),
    continent: fc.constantFrom('NL', 'EU'),
    domain: fc.constantFrom(...domains, 'b.a.example.com', 'com.'),
    url: text,
    userAgent: text,
    ja3: text,
    ja4: text,
    session: text,
    user: text,
  },
  { requiredKeys: ['address'] },
);
const later = fc.constantFrom(-10, 0, 1, 30, 120).map((minutes) => NOW + minutes * MINUTE);

function engineOf(of: Policy, decisions: readonly Decision[]): DecisionEngine {
  const engine = new DecisionEngine({ policy: of, random: seededRandom(decisions.length) });
  for (const decision of decisions) engine.apply(decision);
  return engine;
}

test('check answers as the specification does, and explain tells the same verdict', () => {
  fc.assert(
    fc.property(policy, decisionSet, request, later, (rules, decisions, asked, now) => {
      const engine = engineOf(rules, decisions);
      const verdict = engine.check(asked, now);
      expect(verdict).toEqual(checkByTheBook(rules, decisions, asked, now));

      const { candidates, ...explained } = engine.explain(asked, now);
      expect(explained.verdict).toEqual(verdict);
      const winners = candidates.filter(({ result }) => result === 'won' || result === 'exempts');
      expect(winners).toHaveLength(verdict.outcome === 'none' ? 0 : 1);
      expect(candidates.slice(winners.length).every(({ why }) => why !== '')).toBe(true);
      if (winners[0] !== undefined) expect(candidates[0]).toBe(winners[0]);
    }),
    { numRuns: 3000 },
  );
});

test('the shadow verdict is the verdict of the policy with its shadow strategies enforced', () => {
  fc.assert(
    fc.property(policy, decisionSet, request, later, (rules, decisions, asked, now) => {
      const enforced: Policy = {
        ...rules,
        strategies: rules.strategies.map((each) =>
          each.mode === 'shadow' ? { ...each, mode: 'enforce' } : each,
        ),
      };
      const engine = engineOf(rules, decisions);
      const { verdict, shadow } = engine.explain(asked, now);
      expect(shadow ?? verdict).toEqual(checkByTheBook(enforced, decisions, asked, now));

      const real = engine.check(asked, now);
      const would = engine.strategyCounts().filter(({ mode, decided }) => mode === 'shadow' && decided > 0);
      expect(would).toHaveLength(shadow !== undefined && shadow.decision !== real.decision ? 1 : 0);
    }),
    { numRuns: 2000 },
  );
});

test('rows of lists count as decisions that were applied do', () => {
  fc.assert(
    fc.property(policy, decisionSet, fc.nat(14), request, later, (rules, decisions, cut, asked, now) => {
      const applied = engineOf(rules, decisions);
      const listed = engineOf(rules, decisions.slice(0, cut));
      listed.setIndicators(listsOf(decisions.slice(cut)));
      expect(listed.check(asked, now)).toEqual(checkByTheBook(rules, decisions, asked, now));
      applied.check(asked, now);
      expect(listed.strategyCounts()).toEqual(applied.strategyCounts());
      expect(listed.explain(asked, now)).toEqual(applied.explain(asked, now));

      listed.setIndicators(undefined);
      expect(listed.check(asked, now)).toEqual(checkByTheBook(rules, decisions.slice(0, cut), asked, now));
    }),
    { numRuns: 2000 },
  );
});

const LEFTOVER: Decision = {
  id: 'leftover',
  scope: 'range',
  value: '0.0.0.0/0',
  action: 'allow',
  reason: '',
  origin: 'operator',
  source: '',
  weight: 1000,
  created: NOW,
  expires: NOW + 1e9,
};

test('neither the order of arrival nor the way of loading matters', () => {
  const shuffled = decisionSet.chain((decisions) =>
    fc.tuple(
      fc.constant(decisions),
      fc.shuffledSubarray(decisions, { minLength: decisions.length, maxLength: decisions.length }),
    ),
  );
  fc.assert(
    fc.property(policy, shuffled, request, later, (rules, [decisions, others], asked, now) => {
      const one = engineOf(rules, decisions);
      const two = engineOf(rules, []);
      two.apply(LEFTOVER);
      two.replaceAll(others);
      expect(two.check(asked, now)).toEqual(one.check(asked, now));
      expect(two.explain(asked, now)).toEqual(one.explain(asked, now));
      expect(two.size).toBe(one.size);
    }),
    { numRuns: 1000 },
  );
});

test('any history of changes answers as what it left in force does', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ op: fc.constant('apply' as const), of: fc.nat(13) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('retract' as const), of: fc.nat(13) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('sweep' as const), at: later }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('check' as const), request, at: later }) },
  );
  fc.assert(
    fc.property(policy, decisionSet, fc.array(step, { maxLength: 60 }), (rules, decisions, steps) => {
      const engine = engineOf(rules, []);
      const kept = new Map<string, Decision>();
      for (const each of steps) {
        if (each.op === 'apply') {
          const decision = decisions[each.of];
          if (decision === undefined) continue;
          engine.apply(decision);
          kept.set(decision.id, decision);
        } else if (each.op === 'retract') {
          expect(engine.retract(`d${each.of}`)).toEqual(kept.get(`d${each.of}`));
          kept.delete(`d${each.of}`);
        } else if (each.op === 'sweep') {
          const ended = [...kept.values()].filter(({ expires }) => expires <= each.at);
          const swept = engine.sweep(each.at);
          expect(swept.map(({ id }) => id).sort()).toEqual(ended.map(({ id }) => id).sort());
          expect(swept.map(({ expires }) => expires)).toEqual(
            swept.map(({ expires }) => expires).sort((a, b) => a - b),
          );
          for (const { id } of ended) kept.delete(id);
        } else {
          const answer = checkByTheBook(rules, [...kept.values()], each.request, each.at);
          expect(engine.check(each.request, each.at)).toEqual(answer);
        }
        expect(engine.size).toBe(kept.size);
      }
    }),
    { numRuns: 500 },
  );
});

test('an exempt address is never restricted, whatever is decided', () => {
  const exempt = ['198.51.100.0/24' as Prefix];
  fc.assert(
    fc.property(policy, decisionSet, later, (rules, decisions, now) => {
      const engine = engineOf({ ...rules, exempt }, decisions);
      expect(engine.check({ address: '198.51.100.7', country: 'NL', user: 'x' }, now).outcome).toBe('allow');
    }),
  );
});
