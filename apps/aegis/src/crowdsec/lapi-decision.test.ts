import type { Decision } from '@aegis/model';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisionNumber, lapiDecision, parseGoDuration } from './lapi-decision.ts';

const decision: Decision = {
  ...{ id: '8ec2fa59-0e1b-4c2b-acd2-1d3d26567031', scope: 'range', value: '192.0.2.0/24', action: 'ban' },
  ...{ reason: 'words', origin: 'feed:drop', source: 'drop', weight: 1, created: 0, expires: 14_400_000 },
};

test('a decision as a bouncer reads it', () => {
  expect(lapiDecision(decision, 2000)).toEqual({
    id: 0x8ec2_fa59_0e1b,
    uuid: decision.id,
    origin: 'lists',
    type: 'ban',
    scope: 'Range',
    value: '192.0.2.0/24',
    duration: '3h59m58s',
    scenario: 'drop',
  });
});

test('what has less than a second left still has one, and never none', () => {
  expect(lapiDecision(decision, 14_399_999).duration).toBe('0h0m1s');
  expect(lapiDecision(decision, 99_000_000).duration).toBe('0h0m1s');
});

test('every id has a number that a double holds, the same each time', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uuid(), fc.string({ minLength: 1 })), (id) => {
      const number = decisionNumber(id);
      expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
      expect(decisionNumber(id)).toBe(number);
    }),
  );
  const numbers = Array.from({ length: 10_000 }, (_, i) => decisionNumber(`scenario-${i}`));
  expect(new Set(numbers).size).toBe(10_000);
});

test.each([
  ['4h', 14_400_000],
  ['3h59m58s', 14_398_000],
  ['59m59.5s', 3_599_500],
  ['-2h0m0s', -7_200_000],
  ['10s', 10_000],
  ['', undefined],
  ['h', undefined],
  ['-', undefined],
  ['4 h', undefined],
  ['1d', undefined],
])('duration %j is %s ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});
