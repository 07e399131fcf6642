import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration, writeDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['75s', 75_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '75', 's', '-1s', '1e3s', '1 s', ' 1s', '1S', '1w', '1.s', '1.2345s', '9999999999s', '1h30m'])(
  '%j is not a duration',
  (text) => expect(parseDuration(text)).toBeUndefined(),
);

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (ms) => {
      expect(parseDuration(writeDuration(ms))).toBe(ms);
    }),
  );
  expect(writeDuration(5_400_000)).toBe('90m');
});
