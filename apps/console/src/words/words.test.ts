import { expect, test } from 'vitest';
import { chinese } from './chinese.ts';
import { english } from './english.ts';
import { bytesText, countText, decimalText, percentText } from './quantity.ts';
import { spanOf } from './span.ts';

type Tree = Readonly<Record<string, unknown>>;

function leaves(tree: Tree, path = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? leaves(value as Tree, `${path}${key}.`)
      : [[`${path}${key}`, value] as const],
  );
}

test('both languages have the same words, and none of them is empty', () => {
  expect(leaves(chinese).map(([path]) => path)).toEqual(leaves(english).map(([path]) => path));
  for (const [path, word] of [...leaves(english), ...leaves(chinese)])
    if (typeof word === 'string') expect(word.trim(), path).not.toBe('');
});

test('what is said in Chinese is Chinese', () => {
  const same = leaves(chinese).filter(
    ([, word]) => typeof word === 'string' && !/\p{Script=Han}/u.test(word),
  );
  // Names that are the same everywhere.
  expect(same.map(([path]) => path)).toEqual(['language.en', 'frame.brand']);
});

test.each([
  [0, 0, 'second'],
  [42_000, 42, 'second'],
  [5_400_000, 90, 'minute'],
  [129_600_000, 36, 'hour'],
  [518_400_000, 6, 'day'],
])('%i ms are %i of %s', (ms, count, unit) => {
  expect(spanOf(ms)).toEqual([count, unit]);
});

test('quantities', () => {
  expect([countText(39_019), decimalText(0.97249), percentText(0.954)]).toEqual(['39,019', '0.972', '95%']);
  expect([0, 900, 1_536, 15_000_000, 5e12].map(bytesText)).toEqual([
    '0 B',
    '900 B',
    '1.5 KiB',
    '14 MiB',
    '4657 GiB',
  ]);
});
