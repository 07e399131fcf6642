import { ACTIONS, type CheckRequest, type Decision, seededRandom, type Verdict } from '@aegis/model';
import { expect, test } from 'vitest';
import { checkByTheBook } from './check-by-the-book.ts';
import { DecisionEngine } from './engine.ts';
import { Policy } from './policy.ts';
import { listsOf } from './testing/lists.ts';

/**
 * Applies, retracts, sweeps, reloads, switches lists and policies while time goes on, and holds every verdict against
 * the specification. It lasts AEGIS_SOAK_SECONDS, 10 where that is not set.
 */
const SECONDS = Number(process.env.AEGIS_SOAK_SECONDS ?? 10);
const SEED = 20_261_122;
const MINUTE = 60_000;
const IDS = 60;

const TARGETS = [
  ...['198.51.100.7', '198.51.100.8', '203.0.113.1', '2001:db8::7', '2001:db8:1::1'].map(
    (value) => ({ scope: 'ip', value }) as const,
  ),
  ...['198.51.100.7/32', '198.51.100.0/24', '198.51.0.0/16', '0.0.0.0/0', '2001:db8::/32', '::/0'].map(
    (value) => ({ scope: 'range', value }) as const,
  ),
  ...['com', 'example.com', 'a.example.com'].map((value) => ({ scope: 'domain', value }) as const),
  { scope: 'country', value: 'NL' },
  { scope: 'as', value: '64496' },
  { scope: 'user', value: '__proto__' },
  { scope: 'url', value: 'https://example.com/?a=1' },
] as const;

const POLICIES = [
  { strategies: [{ name: 'all', origins: ['*'] }] },
  {
    strategies: [
      { name: 'feeds', origins: ['feed:*'], weight: 2, mode: 'shadow' },
      { name: 'own', origins: ['aegis', 'operator'], freshness: { kind: 'none' } },
      { name: 'rest', origins: ['*'], scopes: ['ip', 'domain'], weight: 0.5 },
    ],
    exempt: ['198.51.100.8'],
  },
  {
    strategies: [
      { name: 'off', origins: ['mesh'], mode: 'off' },
      { name: 'all', origins: ['*'], freshness: { kind: 'linear', window: '10m', floor: 0.5 } },
    ],
    protected: ['203.0.113.0/24', '2001:db8::7'],
  },
].map((input) => Policy.parse(input));

test(`every verdict is the specified one for ${SECONDS} s of changes (seed ${SEED})`, {
  timeout: (SECONDS + 60) * 1000,
}, () => {
  const random = seededRandom(SEED);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  let now = Date.UTC(2026, 9, 27);
  let policy = POLICIES[0] as Policy;
  let listed: readonly Decision[] = [];
  const applied = new Map<string, Decision>();
  const engine = new DecisionEngine({ policy, random: seededRandom(SEED + 1) });

  const decision = (id: string): Decision => ({
    id,
    ...one(TARGETS),
    action: one(ACTIONS),
    reason: one(['probing', 'listed', id]),
    origin: one(['aegis', 'operator', 'feed:a', 'feed:b', 'mesh']),
    source: one(['rule', 'list']),
    weight: one([0.5, 1, 2]),
    created: now - below(90) * MINUTE,
    expires: now + (below(120) - 10) * MINUTE,
    ...(below(3) === 0 && { session: `s-${id}` }),
  });
  const request = (): CheckRequest => ({
    address: one(['198.51.100.7', '198.51.100.8', '203.0.113.1', '2001:db8::7', '::ffff:198.51.100.7', 'x']),
    ...(below(2) === 0 && { domain: one(['b.a.example.com', 'example.com', 'xexample.com']) }),
    ...(below(3) === 0 && { country: 'NL', as: '64496' }),
    ...(below(3) === 0 && { user: one(['__proto__', 'constructor']), url: 'https://example.com/?a=1' }),
  });
  const changes: readonly (() => void)[] = [
    ...Array.from({ length: 12 }, () => (): void => {
      const each = decision(`d${below(IDS)}`);
      engine.apply(each);
      applied.delete(each.id);
      applied.set(each.id, each);
    }),
    ...Array.from({ length: 5 }, () => (): void => {
      const id = `d${below(IDS)}`;
      expect(engine.retract(id)).toEqual(applied.get(id));
      applied.delete(id);
    }),
    () => {
      const ended = [...applied.values()].filter(({ expires }) => expires <= now).map(({ id }) => id);
      expect(
        engine
          .sweep(now)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(ended.sort());
      for (const id of ended) applied.delete(id);
    },
    () => {
      const renewed = Array.from({ length: below(IDS) }, (_, i) => decision(`d${i}`));
      engine.replaceAll(renewed);
      applied.clear();
      for (const each of renewed) applied.set(each.id, each);
    },
    () => {
      listed = Array.from({ length: below(12) }, (_, i) => decision(`l${i}`));
      engine.setIndicators(below(4) === 0 ? undefined : listsOf(listed));
      if (engine.indicators === undefined) listed = [];
    },
    () => {
      policy = one(POLICIES);
      engine.setPolicy(policy);
    },
    () => {
      now += below(20) * MINUTE;
    },
  ];

  const wrong: { readonly asked: CheckRequest; readonly got: Verdict; readonly right: Verdict }[] = [];
  const end = performance.now() + SECONDS * 1000;
  let checks = 0;
  while (performance.now() < end && wrong.length < 5) {
    one(changes)();
    for (let i = 0; i < 4; i++, checks++) {
      const asked = request();
      const got = engine.check(asked, now);
      const right = checkByTheBook(policy, [...applied.values(), ...listed], asked, now);
      if (JSON.stringify(got) !== JSON.stringify(right)) wrong.push({ asked, got, right });
    }
    if (checks % 4_000 === 0) expect([...engine.decisions()]).toEqual([...applied.values()]);
  }
  process.stdout.write(`${checks} verdicts compared\n`);
  expect(wrong).toEqual([]);
  expect(checks).toBeGreaterThan(1_000);
});
