import { expect, test } from 'vitest';
import { request, sessionOf } from '../analyze-fixtures.ts';
import { enrich } from '../enrich/enrich.ts';
import type { EnrichedSession, SessionFinding } from '../enrich/enriched-session.ts';
import { emptyIntel } from '../enrich/intel.ts';
import { RISK_WEIGHTS, risk } from './risk.ts';
import { priorityOf, respondWithin, threatLevel } from './threat-level.ts';

const finding = (over: Partial<SessionFinding>): SessionFinding => ({
  attackType: 'sql_injection',
  indicators: ['union_based_sqli'],
  techniques: ['T1190'],
  danger: 80,
  confidence: 100,
  evidence: { place: 'query', part: 'id', text: 'x', why: 'y' },
  observation: 0,
  at: 0,
  occurrences: 1,
  ...over,
});

/** 10 requests in 9 s, half of them hostile, two findings, sophistication 40. */
function example(reputation: number): EnrichedSession {
  const observations = Array.from({ length: 10 }, (_, i) => request(i * 1_000, '/'));
  const base = enrich(sessionOf(observations, ''), emptyIntel);
  return {
    ...base,
    findings: [finding({}), finding({ attackType: 'cross_site_scripting', danger: 60, confidence: 68 })],
    conduct: { ...base.conduct, hostileShare: 0.5 },
    sophistication: { length: 40, encodings: 40, specialCharacters: 40, techniques: 40, score: 40 },
    intelligence: { is_known_malicious: reputation > 0, threat_categories: [], reputation_score: reputation },
  };
}

test('the weights add up to 1', () => {
  expect(Object.values(RISK_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
});

test('a hand-computed example with a known address', () => {
  // severity  max(90 * min(1, 100/85), 60 * 68/85) = 90
  // volume    50 * ln 11 / ln 301 + 25 * ln(1 + 1.111) / ln 11 + 25 * 0.5 = 21.008 + 7.790 + 12.5 = 41.298
  // payload   80 + 1.5 = 81.5; complexity 40; reputation 50
  // total     27 + 8.260 + 20.375 + 7.5 + 4 = 67.135
  const { score, breakdown } = risk(example(50));
  expect(breakdown.severity.score).toBe(90);
  expect(breakdown.volume.score).toBe(41.3);
  expect(breakdown.payload.score).toBe(81.5);
  expect(breakdown.complexity.score).toBe(40);
  expect(breakdown.reputation.score).toBe(50);
  expect(score).toBe(67);
});

test('the same from an address that nobody knows takes the mean of the others', () => {
  // (27 + 8.260 + 20.375 + 4) / 0.85 = 70.159
  const { score, breakdown } = risk(example(0));
  expect(breakdown.reputation.score).toBe(70.2);
  expect(score).toBe(70);
});

test('every level can be reached, and nothing at all is 0', () => {
  const worst = example(100);
  const all = {
    ...worst,
    findings: [finding({ attackType: 'command_execution', danger: 100 })],
    sophistication: { ...worst.sophistication, score: 100 },
    conduct: { ...worst.conduct, hostileShare: 1 },
    session: { ...worst.session, observationCount: 5_000 },
    requestPattern: { ...worst.requestPattern, requests_per_second: 50 },
  };
  expect(risk(all).score).toBe(100);
  expect(
    risk({ ...all, intelligence: { is_known_malicious: false, threat_categories: [], reputation_score: 0 } })
      .score,
  ).toBe(100);
  expect(risk(enrich(sessionOf([], ''), emptyIntel)).score).toBe(0);
});

test.each([
  [100, 'CRITICAL', 0],
  [90, 'CRITICAL', 0],
  [89, 'HIGH', 3_600],
  [70, 'HIGH', 3_600],
  [69, 'MEDIUM', 14_400],
  [40, 'MEDIUM', 14_400],
  [39, 'LOW', 86_400],
  [20, 'LOW', 86_400],
  [19, 'INFO', undefined],
  [0, 'INFO', undefined],
] as const)('%i is %s', (score, level, seconds) => {
  expect(threatLevel(score)).toBe(level);
  expect(respondWithin(level)).toBe(seconds);
});

test('HIGH is P1 only with exploitation', () => {
  expect(priorityOf('HIGH', true)).toBe('P1');
  expect(priorityOf('HIGH', false)).toBe('P2');
  expect(['CRITICAL', 'MEDIUM', 'LOW', 'INFO'].map((level) => priorityOf(level as 'LOW', false))).toEqual([
    'P1',
    'P3',
    'P4',
    'P5',
  ]);
});
