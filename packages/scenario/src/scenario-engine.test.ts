import type { Address, Observation } from '@aegis/model';
import { seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { Rule } from './rule.ts';
import { ScenarioEngine } from './scenario-engine.ts';

const example = { about: 'x', events: [{ observation: {} }] };
const rule = (parts: Record<string, unknown>): Rule =>
  Rule.parse({
    name: 'r',
    about: 'too many',
    on: 'login',
    capacity: 3,
    leak: '10s',
    attack_type: 'brute_force',
    confidence: 80,
    must_catch: [example],
    must_not: [example],
    ...parts,
  });
const login = (at: number, username = 'root'): Observation => ({
  kind: 'login',
  at,
  username,
  success: false,
});
const client = (n: number): Address => `192.0.2.${n}` as Address;
const firedAt = (
  engine: ScenarioEngine,
  observations: readonly Observation[],
  who = client(1),
): readonly number[] =>
  observations.filter((each) => engine.observe({ client: who, event: each }).length > 0).map(({ at }) => at);

test('the drop that makes it hold more than its capacity fires', () => {
  const engine = new ScenarioEngine([rule({})]);
  expect(
    firedAt(
      engine,
      [0, 1, 2, 3, 4].map((s) => login(s)),
    ),
  ).toEqual([3]);
});

test('what leaks out in time never fires', () => {
  const engine = new ScenarioEngine([rule({})]);
  expect(
    firedAt(
      engine,
      Array.from({ length: 500 }, (_, n) => login(n * 10_000)),
    ),
  ).toEqual([]);
});

test('after firing it is silent for the blackout, then fires again', () => {
  const engine = new ScenarioEngine([rule({ blackout: '1m' })]);
  const fired = firedAt(
    engine,
    Array.from({ length: 121 }, (_, n) => login(n * 1_000)),
  );
  expect(fired).toEqual([3_000, 63_000]);
});

test('clients and, grouped by more, values have buckets of their own', () => {
  const engine = new ScenarioEngine([rule({ by: ['client', 'username'] })]);
  for (let n = 0; n < 30; n++) {
    expect(engine.observe({ client: client(n), event: login(0) })).toEqual([]);
    expect(engine.observe({ client: client(99), event: login(0, `user${n}`) })).toEqual([]);
  }
});

test('distinct counts values once', () => {
  const engine = new ScenarioEngine([rule({ distinct: 'username' })]);
  const names = ['a', 'a', 'a', 'b', 'b', 'c', 'c', 'c', 'd'];
  expect(
    firedAt(
      engine,
      names.map((name, n) => login(n, name)),
    ),
  ).toEqual([8]);
});

test('late observations neither fill nor drain by going back in time', () => {
  const engine = new ScenarioEngine([rule({})]);
  expect(firedAt(engine, [login(100_000), login(0), login(50_000)])).toEqual([]);
  expect(firedAt(engine, [login(100_000)])).toEqual([100_000]);
});

test('the alert says what happened, with figures', () => {
  const engine = new ScenarioEngine([rule({})]);
  const fired = [0, 1_000, 2_000, 3_000].flatMap((at) =>
    engine.observe({ client: client(1), event: login(at) }),
  );
  expect(fired).toMatchObject([
    {
      rule: { name: 'r' },
      source: [{ field: 'client', value: '192.0.2.1' }],
      clients: ['192.0.2.1'],
      username: 'root',
      since: 0,
      at: 3_000,
      count: 4,
      sample: 'root',
      why: 'too many: 4 times in 3 s, more than 3',
    },
  ]);
});

test('agrees with a slow oracle that keeps every drop', () => {
  const seed = 20_261_122;
  const random = seededRandom(seed);
  const subject = rule({ capacity: 5, leak: '3s', blackout: '1ms' });
  const engine = new ScenarioEngine([subject]);
  let level = 0;
  let last = 0;
  let at = 0;
  for (let n = 0; n < 20_000; n++) {
    at += 1 + Math.floor(random.next() ** 3 * 12_000);
    level = Math.max(0, level - (at - last) / 3_000) + 1;
    last = at;
    const expected = level > 5;
    if (expected) level = 0;
    expect(
      engine.observe({ client: client(1), event: login(at) }).length > 0,
      `seed ${seed}, drop ${n}`,
    ).toBe(expected);
  }
});
