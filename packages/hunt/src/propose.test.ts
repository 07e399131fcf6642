import type { Address, Prefix } from '@aegis/model';
import { expect, test } from 'vitest';
import type { Candidate } from './candidate.ts';
import { type ConfirmOptions, proposeBan, unconfirmed } from './propose.ts';

const candidate: Candidate = {
  address: '203.0.113.7' as Address,
  port: 443,
  protocol: 'tcp',
  score: 95,
  confidence: 90,
  clients: 3,
  popular: false,
  firstSeen: 0,
  lastSeen: Date.UTC(2026, 9, 27, 12),
  bots: [],
  signals: [
    { name: 'heartbeat', weight: 6.3, why: '88% of 224 gaps within 0.5% of 301.6 s' },
    { name: 'popular', weight: -1, why: 'many use it' },
  ],
};
const own: ConfirmOptions = { allowed: [], witnesses: ['sensor-1'], trusted: ['sensor-1'] };
const allow = (prefix: string): ConfirmOptions => ({ ...own, allowed: [prefix as Prefix] });
const by = (...witnesses: readonly string[]): ConfirmOptions => ({ ...own, witnesses });

test.each([
  ['sure, by an own sensor', candidate, own, undefined],
  ['allow-listed', candidate, allow('203.0.113.0/24'), 'allowed'],
  ['not allow-listed', candidate, allow('203.0.114.0/24'), undefined],
  ['popular', { ...candidate, popular: true, score: 100 }, own, 'popular'],
  ['of a low score', { ...candidate, score: 79 }, own, 'score'],
  ['of which little was seen', { ...candidate, confidence: 59 }, own, 'confidence'],
  ['by one stranger', candidate, by('sensor-9'), 'witness'],
  ['by one stranger who says it often', candidate, by('sensor-9', 'sensor-9'), 'witness'],
  ['by two strangers', candidate, by('sensor-8', 'sensor-9'), undefined],
] as const)('%s', (_, found, options, expected) => {
  expect(unconfirmed(found, options)).toBe(expected);
});

test('the proposal says why, and is the same all day', () => {
  const proposal = proposeBan(candidate);
  expect(proposal).toMatchObject({ scope: 'ip', value: '203.0.113.7', action: 'ban', confidence: 90 });
  expect(proposal.reason).toContain('88% of 224 gaps within 0.5% of 301.6 s');
  expect(proposal.reason).not.toContain('many use it');
  expect(proposeBan({ ...candidate, lastSeen: candidate.lastSeen + 60_000 }).key).toBe(proposal.key);
  expect(proposeBan({ ...candidate, lastSeen: candidate.lastSeen + 86_400_000 }).key).not.toBe(proposal.key);
});
