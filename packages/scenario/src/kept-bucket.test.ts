import type { Address, Observation } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptBucket } from './kept-bucket.ts';
import { Rule } from './rule.ts';
import { ScenarioEngine } from './scenario-engine.ts';

const example = { about: 'x', events: [{ observation: {} }] };
const rule = (name: string, parts: Record<string, unknown>): Rule =>
  Rule.parse({
    ...{ name, about: 'too many', on: 'login', attack_type: 'brute_force', confidence: 80 },
    ...{ must_catch: [example], must_not: [example] },
    ...parts,
  });
const RULES: readonly Rule[] = [
  rule('leaky', { capacity: 3, leak: '10s' }),
  rule('distinct', { capacity: 2, leak: '30s', distinct: 'username', by: ['network'] }),
  rule('counter', { type: 'counter', capacity: 2, window: '20s', blackout: '40s' }),
  rule('patient', { capacity: 2, leak: '10m', apart: '15s' }),
  rule('trigger', { type: 'trigger', where: { username: { equals: 'a' } }, blackout: '25s' }),
  rule('sequence', {
    type: 'sequence',
    within: '1m',
    steps: [{ where: { success: { equals: false } }, at_least: 2 }, { where: { success: { equals: true } } }],
  }),
];

interface Seen {
  readonly client: Address;
  readonly event: Observation;
}

const seen: fc.Arbitrary<readonly Seen[]> = fc
  .array(
    fc.record({
      after: fc.integer({ min: 0, max: 20_000 }),
      host: fc.integer({ min: 1, max: 3 }),
      username: fc.constantFrom('a', 'b', 'c', 'd\ne'),
      success: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ after, host, username, success }): Seen => {
      at += after;
      return { client: `192.0.2.${host}` as Address, event: { kind: 'login', at, username, success } };
    });
  });

const told = (engine: ScenarioEngine, events: readonly Seen[]): readonly string[] =>
  events.flatMap((each) =>
    engine
      .observe(each)
      .map(({ rule: { name }, at, source, clients, why }) =>
        JSON.stringify([name, at, source, clients, why]),
      ),
  );

/** As a file would have it. */
function passedOn(engine: ScenarioEngine, rules: readonly Rule[] = RULES): ScenarioEngine {
  const next = new ScenarioEngine(rules);
  for (const kept of engine.kept(Number.MAX_SAFE_INTEGER))
    next.takeUp(KeptBucket.parse(JSON.parse(JSON.stringify(kept))));
  return next;
}

test('an engine that takes up the buckets of another goes on as that one would have', () => {
  fc.assert(
    fc.property(seen, fc.nat(60), (events, cut) => {
      const whole = told(new ScenarioEngine(RULES), events);
      const first = new ScenarioEngine(RULES);
      const before = told(first, events.slice(0, cut));
      expect([...before, ...told(passedOn(first), events.slice(cut))]).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

const failed = (n: number, at: number): Seen => ({
  client: `192.0.2.${n}` as Address,
  event: { kind: 'login', at, username: 'root', success: false },
});

test('what is over by the time of the latest event is not kept, and a time from the future forgets nothing', () => {
  const engine = new ScenarioEngine([rule('leaky', { capacity: 3, leak: '10s' })]);
  told(engine, [failed(1, 0), failed(2, 60_000)]);
  expect([...engine.kept(60_000)].map(({ of }) => of)).toEqual(['192.0.2.2']);
  told(engine, [failed(3, 10 ** 12)]);
  expect([...engine.kept(60_001)].map(({ of }) => of)).toEqual(['192.0.2.2', '192.0.2.3']);
});

test('buckets of a rule that is gone or was changed are not taken up', () => {
  const engine = new ScenarioEngine([rule('leaky', { capacity: 3, leak: '10s' })]);
  told(engine, [failed(1, 0)]);
  const [kept] = engine.kept(0);
  const over = (rules: readonly Rule[]) => kept !== undefined && new ScenarioEngine(rules).takeUp(kept);
  expect(over([rule('leaky', { capacity: 3, leak: '10s', about: 'in other words' })])).toBe(true);
  expect(over([rule('leaky', { capacity: 4, leak: '10s' })])).toBe(false);
  expect(over([rule('other', { capacity: 3, leak: '10s' })])).toBe(false);
});

test('a store that is changed while its buckets are told ends all the same', () => {
  const engine = new ScenarioEngine([rule('leaky', { capacity: 3, leak: '1h' })]);
  for (let n = 0; n < 10; n++) told(engine, [failed(n, 0)]);
  let count = 0;
  for (const _ of engine.kept(0)) told(engine, [failed(100 + count++, 0)]);
  expect(count).toBe(10);
});
