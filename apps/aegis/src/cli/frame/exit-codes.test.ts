import { AegisError } from '@aegis/model';
import { expect, test } from 'vitest';
import { CommandError, EXIT_CODE_MEANINGS, EXIT_CODES, exitCodeOf } from './exit-codes.ts';

test.each([
  [new CommandError(EXIT_CODES.refused, 'blocked', 'x'), 3],
  [new AegisError('ledger_unavailable', 'x'), 4],
  [new AegisError('intake_full', 'x'), 4],
  [new AegisError('session_not_found', 'x'), 5],
  [new AegisError('lease_gone', 'x'), 5],
  [new AegisError('bad_value', 'x'), 2],
  [new AegisError('policy_conflict', 'x'), 2],
  [new AegisError('store_too_new', 'x'), 1],
  [new DOMException('stopped', 'AbortError'), 130],
  [new TypeError('x'), 1],
  ['text', 1],
])('%s ends with %d', (error, code) => expect(exitCodeOf(error)).toBe(code));

test('every code has one meaning', () => {
  expect(EXIT_CODE_MEANINGS.map(([code]) => code)).toEqual(Object.values(EXIT_CODES));
});
