import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseByteSize, writeByteSize } from './byte-size.ts';

test.each([
  ['512B', 512],
  ['8KiB', 8192],
  ['1.5MiB', 1_572_864],
  ['10MB', 10_000_000],
  ['2kB', 2000],
  ['1GiB', 1_073_741_824],
])('%s is %d bytes', (text, bytes) => expect(parseByteSize(text)).toBe(bytes));

test.each(['', '8', 'KiB', '-1B', '8 KiB', '8kib', '8Kb', '1e3B', '1TB'])('%j is not a size', (text) =>
  expect(parseByteSize(text)).toBeUndefined(),
);

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (bytes) => {
      expect(parseByteSize(writeByteSize(bytes))).toBe(bytes);
    }),
  );
  expect(writeByteSize(65_536)).toBe('64KiB');
});
