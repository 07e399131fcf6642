import { expect, test } from 'vitest';
import { Breaker } from './breaker.ts';

const RULES = { mostFailures: 3, firstDelayMs: 100, mostDelayMs: 250, openMs: 1_000, mostOpenMs: 3_000 };
const breaker = (share: number = 1): Breaker => new Breaker(RULES, share);

test('it waits longer after each failure, then opens, tries once, and opens for longer', () => {
  const one = breaker();
  const waits: number[] = [];
  const fail = (): void => {
    waits.push(one.waitMs);
    one.begin();
    one.failed(false);
  };
  for (let n = 0; n < 7; n++) fail();
  expect(waits).toEqual([0, 100, 200, 1_000, 2_000, 3_000, 3_000]);
  expect(one.phase).toBe('open');
});

test('a trial is at half the limits, and closes it when it is good', () => {
  const one = breaker();
  expect(one.begin()).toBe(false);
  one.failed(true);
  expect(one.phase).toBe('open');
  expect(one.begin()).toBe(true);
  expect(one.phase).toBe('half_open');
  one.proven();
  expect(one).toMatchObject({ phase: 'closed', waitMs: 0, memory: { failures: 0, opens: 0 } });
});

test('who was only told to stop is not to blame', () => {
  const one = breaker();
  one.begin();
  one.excused();
  expect(one.memory).toEqual({ failures: 0, opens: 0 });
});

test('what is remembered counts a start that was never heard of again', () => {
  const one = breaker();
  for (let n = 0; n < 3; n++) one.begin();
  const next = new Breaker(RULES, 1, one.memory);
  expect(next.phase).toBe('open');
});

test('hosts wait differently, between half and all of the time', () => {
  const waits = [0, 0.5, 1].map((share) => {
    const one = breaker(share);
    one.begin();
    one.failed(false);
    return one.waitMs;
  });
  expect(waits).toEqual([50, 75, 100]);
});
