import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literalScan } from './literal-scan.ts';

test('finds overlapping literals without regard to case', () => {
  const literals = ['he', 'she', 'hers', 'his'];
  const found: string[] = [];
  literalScan(literals).each('uSHErs', (index, end) => {
    found.push(`${literals[index]}@${end}`);
    return undefined;
  });
  expect(found.sort()).toEqual(['he@4', 'hers@6', 'she@4']);
});

test('stops when asked to', () => {
  let calls = 0;
  literalScan(['a']).each('aaaa', () => {
    calls++;
    return true;
  });
  expect(calls).toBe(1);
});

test('agrees with indexOf on small alphabets', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 40 }),
      (literals, text) => {
        const expected = new Set<string>();
        for (const literal of literals)
          for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1))
            expected.add(`${literal}@${at}`);
        const found = new Set<string>();
        literalScan(literals).each(text, (index, end) => {
          const literal = literals[index] as string;
          found.add(`${literal}@${end - literal.length}`);
          return undefined;
        });
        expect(found).toEqual(expected);
      },
    ),
    { seed: 20260101 },
  );
});
