import { expect, test } from 'vitest';
import { type Condition, conditionChanges, type KnownConditions } from './condition.ts';

const failing: Condition = {
  ...{ event: 'feed_failing', subject: 'drop', level: 'MEDIUM', state: 'stale', facts: {} },
  ...{ text: 'the feed drop fails', over: 'the feed drop works again' },
};
const texts = (before: KnownConditions, now: readonly Condition[]): readonly string[] =>
  conditionChanges(before, now, 9).happenings.map(({ item: { text } }) => text);

test('it is told when it begins, when it changes and when it is over, and not in between', () => {
  const { happenings, known } = conditionChanges({}, [failing], 9);
  expect(happenings).toEqual([
    { event: 'feed_failing', level: 'MEDIUM', item: { at: 9, text: 'the feed drop fails', facts: {} } },
  ]);
  expect(texts(known, [failing])).toEqual([]);
  expect(texts(known, [{ ...failing, state: 'waiting', text: 'it is gone' }])).toEqual(['it is gone']);
  expect(texts(known, [])).toEqual(['the feed drop works again']);
});

test('what is known survives being written down', () => {
  const { known } = conditionChanges({}, [failing], 9);
  expect(texts(JSON.parse(JSON.stringify(known)) as KnownConditions, [failing])).toEqual([]);
});

test('the end of what has no end is no news, and it is news when it comes back', () => {
  const { over: _, ...endless } = failing;
  const { known } = conditionChanges({}, [endless], 9);
  const gone = conditionChanges(known, [], 9);
  expect(gone.happenings).toEqual([]);
  expect(texts(gone.known, [endless])).toHaveLength(1);
});

test('names that objects have from birth are names as any', () => {
  const odd = { ...failing, subject: '__proto__' };
  const { known } = conditionChanges({}, [odd], 9);
  expect(texts(known, [odd])).toEqual([]);
});
