import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanTarget, keepEvidence } from './clean-text.ts';

test('a line loses controls and runs of white space', () => {
  expect(cleanLine('  sqlmap\0/1.5.2 \t\r\n (x) ', 100)).toBe('sqlmap/1.5.2 (x)');
  expect(cleanLine('a \u0007 b\u0085c', 100)).toBe('a bc');
  expect(cleanLine('abc def', 4)).toBe('abc');
});

test('a target says its control characters in percent', () => {
  expect(cleanTarget('/a\0.php?x=\r\n', 100)).toBe('/a%00.php?x=%0D%0A');
  expect(cleanTarget('/a  b\u0085', 100)).toBe('/a  b%C2%85');
});

test('evidence stays as it is, NULs too', () => {
  expect(keepEvidence('a\0\x1b[31m \t b', 100)).toBe('a\0\x1b[31m \t b');
});

test('a pair is not split and a lone surrogate does not stay', () => {
  expect(keepEvidence('ab😀', 3)).toBe('ab');
  expect(keepEvidence('ab😀', 4)).toBe('ab😀');
  expect(keepEvidence('a\ud83d', 4)).toBe('a\ufffd');
});

test.each([
  ['cleanLine', cleanLine],
  ['cleanTarget', cleanTarget],
  ['keepEvidence', keepEvidence],
])('%s is bounded, idempotent and well-formed', (_, clean) => {
  const text = fc.oneof(fc.string(), wild());
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 40 }), (input, max) => {
      const once = clean(input, max);
      expect(once.length).toBeLessThanOrEqual(max);
      expect(once.isWellFormed()).toBe(true);
      expect(clean(once, max)).toBe(once);
    }),
    { numRuns: 500 },
  );
});

/** Any UTF-16 units, lone surrogates and controls among them. */
function wild(): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.constantFrom(0, 9, 10, 32, 127, 133, 0xd83d, 0xde00), fc.nat(0xffff));
  return fc.array(unit, { maxLength: 60 }).map((units) => String.fromCharCode(...units));
}
