import type { Decision } from '@aegis/model';
import { expect, test } from 'vitest';
import { DecisionFeed } from './decision-feed.ts';

function feedOf(count: number, capacity = 4): DecisionFeed {
  const feed = new DecisionFeed({ epoch: 'e', capacity, followers: 2 });
  for (let i = 1; i <= count; i++) feed.push({ kind: 'made', decision: { id: `d${i}` } as Decision });
  return feed;
}

function idsAfter(feed: DecisionFeed, sequence: number, limit = 100): readonly string[] | undefined {
  return feed
    .after(sequence, limit)
    ?.map(({ change }) => (change.kind === 'policy' ? 'policy' : change.decision.id));
}

test('what came after a place is told in order, as far as it is kept', () => {
  const feed = feedOf(6);
  expect(feed.last).toBe(6);
  expect(idsAfter(feed, 6)).toEqual([]);
  expect(idsAfter(feed, 4)).toEqual(['d5', 'd6']);
  expect(idsAfter(feed, 2)).toEqual(['d3', 'd4', 'd5', 'd6']);
  expect(idsAfter(feed, 2, 2)).toEqual(['d3', 'd4']);
  expect(idsAfter(feed, 1)).toBeUndefined();
  expect(idsAfter(feed, 7)).toBeUndefined();
  expect(idsAfter(feedOf(0), 0)).toEqual([]);
});

test('waiting ends with a change, with time, or with the signal', async () => {
  const feed = feedOf(1);
  const stop = new AbortController();
  await feed.waitBeyond(0, 60_000, stop.signal);
  await feed.waitBeyond(1, 1, stop.signal);
  const woken = feed.waitBeyond(1, 60_000, stop.signal);
  feed.push({ kind: 'lifted', decision: { id: 'd1' } as Decision });
  await woken;
  const stopped = feed.waitBeyond(2, 60_000, stop.signal);
  stop.abort();
  await stopped;
  await feed.waitBeyond(2, 60_000, stop.signal);
  expect(feed.last).toBe(2);
});

test('places are few and given back', () => {
  const feed = feedOf(0);
  const first = new AbortController();
  const second = new AbortController();
  expect(feed.takePlace(first.signal)).toBe(true);
  expect(feed.takePlace(second.signal)).toBe(true);
  expect(feed.takePlace(new AbortController().signal)).toBe(false);
  first.abort();
  expect(feed.takePlace(new AbortController().signal)).toBe(true);
  expect(feed.takePlace(AbortSignal.abort())).toBe(false);
});
