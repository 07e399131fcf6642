import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, pause } from './backoff.ts';

test('the longest wait doubles from 100 ms to 30 s', () => {
  const longest = { next: () => 0.999_999_9 };
  const waits = [0, 1, 2, 8, 9, 1_000].map((failures) => backoffMs(failures, longest));
  expect(waits).toEqual([100, 200, 400, 25_600, 30_000, 30_000]);
});

test('every wait is whole and within its bound', () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const property = fc.property(fc.nat(), share, (failures, random) => {
    const wait = backoffMs(failures, { next: () => random });
    expect(Number.isInteger(wait) && wait >= 0 && wait <= 30_000).toBe(true);
  });
  fc.assert(property);
});

test('a pause ends with its signal, and is none where that was aborted before', async () => {
  const stop = new AbortController();
  const paused = pause(60_000, stop.signal);
  stop.abort();
  await paused;
  await pause(60_000, stop.signal);
  await pause(1, new AbortController().signal);
});
