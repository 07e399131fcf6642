import type { CheckRequest, Decision } from '@aegis/model';
import { seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkByTheBook } from './check-by-the-book.ts';
import { Policy } from './policy.ts';
import { Simulation, type StandingPeriod } from './simulation.ts';
import { anyPolicy } from './testing/any-policy.ts';

const MINUTE = 60_000;
const addresses = ['192.0.2.7', '192.0.2.8', '198.51.100.1', '203.0.113.70', '2001:db8:1::7', '10.9.9.9'];

const period: fc.Arbitrary<Omit<StandingPeriod, 'decision'> & { decision: Omit<Decision, 'id'> }> = fc
  .record({
    value: fc.constantFrom(...addresses),
    action: fc.constantFrom('ban', 'captcha', 'throttle', 'observe', 'allow'),
    origin: fc.constantFrom('aegis', 'operator', 'feed:a', 'feed:b', 'mesh'),
    weight: fc.constantFrom(0.5, 1, 2),
    begin: fc.nat(120),
    lasts: fc.integer({ min: 1, max: 120 }),
    liftedAfter: fc.option(fc.nat(120), { nil: undefined }),
  })
  .map(({ value, action, origin, weight, begin, lasts, liftedAfter }) => {
    const from = begin * MINUTE;
    const expires = (begin + lasts) * MINUTE;
    return {
      decision: {
        scope: 'ip',
        value,
        action: action as Decision['action'],
        reason: '',
        origin,
        source: '',
        weight,
        created: from,
        expires,
      },
      from,
      until: liftedAfter === undefined ? expires : Math.min(expires, from + liftedAfter * MINUTE),
    };
  });
const periods = fc
  .array(period, { maxLength: 20 })
  .map((all) =>
    all
      .map(({ decision, ...times }, index) => ({ ...times, decision: { ...decision, id: `d${index}` } }))
      .sort((a, b) => a.from - b.from),
  );
const traffic = fc
  .array(fc.record({ at: fc.nat(240 * MINUTE), address: fc.constantFrom(...addresses) }), { maxLength: 60 })
  .map((all) => all.sort((a, b) => a.at - b.at));

/** The verdict of the specification on the decisions that stood then, each looked at. */
function byTheBook(
  policy: Policy,
  all: readonly StandingPeriod[],
  at: number,
  request: CheckRequest,
): string {
  const standing = all.filter(({ from, until }) => from <= at && at < until);
  const decisions = standing.map(({ decision, until }) => ({ ...decision, expires: until }));
  return checkByTheBook(policy, decisions, request, at).outcome;
}

test('counts what checking each request by the book, under both policies, counts', () => {
  fc.assert(
    fc.property(anyPolicy, anyPolicy, periods, traffic, (before, after, decisions, requests) => {
      const simulation = new Simulation({ before, after, decisions, random: seededRandom(1) });
      const expected = new Map<string, number>();
      const clients = new Map<string, number>();
      for (const { at, address } of requests) {
        simulation.request(at, { address });
        const from = byTheBook(before, decisions, at, { address });
        const to = byTheBook(after, decisions, at, { address });
        if (from === to) continue;
        expected.set(`${from} ${to}`, (expected.get(`${from} ${to}`) ?? 0) + 1);
        clients.set(address, (clients.get(address) ?? 0) + 1);
      }
      const report = simulation.report();
      expect(report).toMatchObject({ requests: requests.length, late: 0 });
      expect(new Map(report.transitions.map(({ from, to, requests: n }) => [`${from} ${to}`, n]))).toEqual(
        expected,
      );
      expect(new Map(report.told.map(({ address, requests: n }) => [address, n]))).toEqual(clients);
      expect(report.changedClients).toEqual({ count: clients.size, exact: true });
      expect(report.clients.count).toBe(new Set(requests.map(({ address }) => address)).size);
      expect(report.changed).toBe([...expected.values()].reduce((sum, n) => sum + n, 0));
      for (const { example, transitions } of report.told) {
        expect(example.before.outcome).not.toBe(example.after.outcome);
        expect(
          transitions.some(({ from, to }) => from === example.before.outcome && to === example.after.outcome),
        ).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

const enforced = Policy.parse({ strategies: [{ name: 'all', origins: ['*'] }] });
const watched = Policy.parse({ strategies: [{ name: 'all', origins: ['*'], mode: 'shadow' }] });
const ban: Decision = {
  id: 'b',
  scope: 'ip',
  value: '192.0.2.7',
  action: 'ban',
  reason: 'probing',
  origin: 'aegis',
  source: '',
  weight: 1,
  created: 10 * MINUTE,
  expires: 60 * MINUTE,
};

test('tells why, and how each strategy fared', () => {
  const decisions = [{ decision: ban, from: ban.created, until: 30 * MINUTE }];
  const simulation = new Simulation({ before: enforced, after: watched, decisions, random: seededRandom(1) });
  for (const minute of [5, 15, 29, 30, 45]) simulation.request(minute * MINUTE, { address: '192.0.2.7' });
  const report = simulation.report();
  expect(report.outcomes).toEqual({ before: { none: 3, block: 2 }, after: { none: 5 } });
  expect(report.told[0]?.example).toEqual({
    at: 15 * MINUTE,
    before: {
      outcome: 'block',
      decision: 'b',
      strategy: 'all',
      why: 'ban of ip 192.0.2.7 by aegis, probing',
    },
    after: {
      outcome: 'none',
      decision: 'b',
      strategy: 'all',
      why: 'ban of ip 192.0.2.7 by aegis, probing: strategy "all" only watches; would have won',
    },
  });
  expect(report.strategies).toEqual([
    {
      strategy: 'all',
      before: { mode: 'enforce', matched: 2, decided: 2 },
      after: { mode: 'shadow', matched: 2, decided: 2 },
    },
  ]);
});

test('with one moment for all verdicts, the times of the requests are only told', () => {
  const decisions = [{ decision: ban, from: Number.NEGATIVE_INFINITY, until: ban.expires }];
  const options = { before: enforced, after: watched, decisions, random: seededRandom(1) };
  const simulation = new Simulation({ ...options, checkAt: 20 * MINUTE });
  for (const at of [100, 5]) simulation.request(at, { address: '192.0.2.7' });
  expect(simulation.report()).toMatchObject({ changed: 2, late: 0, first: 5, last: 100 });
});

test('counts as far as it was told to, and says so; late requests are counted too', () => {
  const decisions = [
    { decision: { ...ban, scope: 'range', value: '192.0.2.0/24' } as const, from: 0, until: ban.expires },
  ];
  const options = { before: enforced, after: watched, decisions, random: seededRandom(1) };
  const simulation = new Simulation({ ...options, mostTold: 2, mostCounted: 3 });
  for (let n = 0; n < 10; n++) simulation.request(20 * MINUTE - n, { address: `192.0.2.${n}` });
  const report = simulation.report();
  expect(report).toMatchObject({
    requests: 10,
    changed: 10,
    late: 9,
    clients: { count: 3, exact: false },
    changedClients: { count: 3, exact: false },
  });
  expect(report.told).toHaveLength(2);
});
