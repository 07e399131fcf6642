import { type Decision, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { DecisionEngine } from './engine.ts';
import { Policy } from './policy.ts';

const NOW = Date.UTC(2026, 9, 27);
const HOUR = 3_600_000;

const policy = Policy.parse({
  strategies: [
    { name: 'trial', origins: ['feed:new'], mode: 'shadow' },
    { name: 'muted', origins: ['feed:muted'], mode: 'off' },
    { name: 'own', origins: ['aegis'] },
  ],
  exempt: ['192.0.2.0/28'],
  protected: ['192.0.2.16/28'],
});

function decision(id: string, over: Partial<Decision> = {}): Decision {
  const value = '198.51.100.7';
  return {
    id,
    scope: 'ip',
    value,
    action: 'ban',
    reason: '',
    origin: 'aegis',
    source: '',
    weight: 1,
    created: NOW,
    expires: NOW + HOUR,
    ...over,
  };
}

function told(decisions: readonly Decision[], address: string = '198.51.100.7'): string[] {
  const engine = new DecisionEngine({ policy, random: seededRandom(1) });
  engine.replaceAll(decisions);
  return engine
    .explain({ address, country: 'NL' }, NOW)
    .candidates.map(({ decision: { id }, result, why }) => `${id} ${result}: ${why}`);
}

test('every candidate is there, the winner first, with the reason in words', () => {
  const lines = told([
    decision('far', { scope: 'range', value: '198.51.100.0/24' }),
    decision('near'),
    decision('mild', { action: 'captcha' }),
    decision('short', { expires: NOW + 1 }),
    decision('twin'),
    decision('country', { scope: 'country', value: 'NL' }),
    decision('gone', { expires: NOW - 5000 }),
    decision('watched', { origin: 'feed:new', weight: 0.5 }),
    decision('muted', { origin: 'feed:muted' }),
    decision('strange', { origin: 'unheard' }),
    decision('elsewhere', { value: '198.51.100.8' }),
  ]);
  expect(lines).toEqual([
    'near won: the highest score, 1',
    'twin lost: the same score as near, whose id sorts first',
    'short lost: the same score as near, which ends later',
    'mild lost: the same score as near, and ban is graver than captcha',
    'far lost: score 0.825 is below the 1 of near',
    'country lost: score 0.35 is below the 1 of near',
    'watched shadow: strategy "trial" only watches; would have lost: score 0.5 is below the 1 of near',
    'gone expired: ended 5 s ago',
    'muted off: strategy "muted" is off',
    'strange off: no strategy takes origin unheard with scope ip',
  ]);
});

test('exemptions by decision', () => {
  expect(
    told([
      decision('ban', { weight: 100 }),
      decision('allow', { action: 'allow', weight: 0.1, expires: NOW + 2 * HOUR }),
      decision('other', { action: 'allow' }),
      decision('watched', { origin: 'feed:new' }),
    ]),
  ).toEqual([
    'allow exempts: an allow decision: wins whatever the scores',
    'other lost: also exempts, as does allow, which ends later',
    'ban lost: exempted by allow',
    'watched shadow: strategy "trial" only watches; would have lost: exempted by allow',
  ]);
});

test('exemptions by policy', () => {
  const value = '192.0.2.1';
  expect(told([decision('ban', { value }), decision('allow', { value, action: 'allow' })], value)).toEqual([
    'policy/exempt/192.0.2.0/28 exempts: 192.0.2.0/28 is on the exempt list',
    'allow lost: 192.0.2.0/28 is on the exempt list',
    'ban lost: 192.0.2.0/28 is on the exempt list',
  ]);
});

test('protected addresses', () => {
  const range = { scope: 'range', value: '192.0.2.0/24' } as const;
  expect(
    told([decision('ban', range), decision('watch', { ...range, action: 'observe' })], '192.0.2.17'),
  ).toEqual([
    'watch won: the highest score, 0.825',
    'ban lost: 192.0.2.16/28 is protected: never restricted',
  ]);
});

test('a shadow strategy that alone matches would have won', () => {
  expect(told([decision('watched', { origin: 'feed:new' })])).toEqual([
    'watched shadow: strategy "trial" only watches; would have won',
  ]);
});

test('the numbers multiply to the score', () => {
  const engine = new DecisionEngine({ policy, random: seededRandom(1) });
  engine.apply(
    decision('a', { weight: 0.6, created: NOW - HOUR / 2, scope: 'range', value: '198.51.0.0/16' }),
  );
  const [candidate] = engine.explain({ address: '198.51.100.7' }, NOW).candidates;
  expect(candidate).toMatchObject({
    strategy: 'own',
    mode: 'enforce',
    weight: 0.6,
    freshness: 0.5,
    granularity: expect.closeTo(0.65, 12),
  });
  expect(candidate?.score).toBeCloseTo(0.6 * 0.5 * 0.65, 12);
});
