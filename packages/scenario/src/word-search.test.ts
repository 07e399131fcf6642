import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WordSearch } from './word-search.ts';

function found(words: readonly string[], text: string): readonly string[] {
  const ids = new Set<number>();
  new WordSearch(words).search(text, (id) => ids.add(id));
  return words.filter((_, id) => ids.has(id));
}

test('words inside words, at the ends, overlapping', () => {
  expect(found(['he', 'she', 'his', 'hers'], 'ushers')).toEqual(['he', 'she', 'hers']);
  expect(found(['a', 'ab', 'bab'], 'babab')).toEqual(['a', 'ab', 'bab']);
  expect(found(['x'], '')).toEqual([]);
});

test('finds what includes finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', 'é', '\u{1F600}'), maxLength: 60 });
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', 'é'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 30 }), text, (words, within) => {
      expect(found(words, within)).toEqual(words.filter((each) => within.includes(each)));
    }),
    { numRuns: 500 },
  );
});

test('many different characters are told apart', () => {
  const words = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x4e00 + i, 0x61));
  for (const word of words) expect(found(words, `..${word}..`)).toEqual([word]);
});
