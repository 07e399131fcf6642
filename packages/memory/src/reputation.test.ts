import type { Address, Attacker } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ATTACKER_MEMORY_MS, reputationOf } from './reputation.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31);

function attacker(changes: Partial<Attacker> = {}): Attacker {
  return {
    address: '192.0.2.1' as Address,
    firstSeen: NOW,
    lastSeen: NOW,
    sessions: 1,
    threatScore: 80,
    attackTypes: [],
    tools: [],
    nodes: ['node-1'],
    ...changes,
  };
}

const unknown = { known: false, categories: [], score: 0 };

test('of strangers, and after thirty quiet days, nothing is known', () => {
  expect(reputationOf(undefined, NOW)).toEqual(unknown);
  expect(reputationOf(attacker({ lastSeen: NOW - ATTACKER_MEMORY_MS }), NOW)).toEqual(unknown);
  expect(reputationOf(attacker({ lastSeen: NOW - ATTACKER_MEMORY_MS + 1 }), NOW).known).toBe(true);
});

test.each([
  [{}, 80],
  [{ lastSeen: NOW - 7 * DAY }, 40],
  [{ lastSeen: NOW - 14 * DAY }, 20],
  [{ sessions: 2 }, 85],
  [{ sessions: 16 }, 100],
  [{ sessions: 1_000_000, threatScore: 30 }, 50],
  [{ lastSeen: NOW + DAY }, 80],
  [{ sessions: 0, threatScore: 0 }, 0],
])('of %j the score is %d', (changes, score) => {
  expect(reputationOf(attacker(changes), NOW).score).toBe(score);
});

test('what was only suspicious is not known as malicious', () => {
  expect(reputationOf(attacker({ threatScore: 39 }), NOW).known).toBe(false);
  expect(reputationOf(attacker({ threatScore: 40 }), NOW).known).toBe(true);
});

test('categories follow from deeds, tools and who has seen them', () => {
  const deeds = attacker({
    attackTypes: ['brute_force', 'vulnerability_probe', 'malware_download'],
    tools: ['hydra'],
    sessions: 2,
    nodes: ['a', 'b'],
  });
  expect(reputationOf(deeds, NOW).categories).toEqual([
    'automated_scanner',
    'botnet',
    'brute_forcer',
    'repeat_offender',
    'scanner',
    'seen_by_several_nodes',
  ]);
  expect(reputationOf(attacker(), NOW).categories).toEqual([]);
});

test('the score stays within 0-100, never rises in quiet and never falls by coming back', () => {
  const score = fc.integer({ min: 0, max: 100 });
  const sessions = fc.integer({ min: 1, max: 1e9 });
  const quiet = fc.integer({ min: 0, max: 40 * DAY });
  fc.assert(
    fc.property(score, sessions, quiet, fc.nat(DAY), (threatScore, count, ms, more) => {
      const known = attacker({ threatScore, sessions: count });
      const now = reputationOf(known, NOW + ms).score;
      expect(now).toBeGreaterThanOrEqual(0);
      expect(now).toBeLessThanOrEqual(100);
      expect(reputationOf(known, NOW + ms + more).score).toBeLessThanOrEqual(now);
      expect(reputationOf({ ...known, sessions: count + more }, NOW + ms).score).toBeGreaterThanOrEqual(now);
    }),
  );
});
