import { type Address, ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { FailureLimiter } from './failure-limiter.ts';

const clock = new ManualClock();
const here = '192.0.2.1' as Address;

function limiter(maxSources = 100): FailureLimiter {
  return new FailureLimiter({ clock, burst: 3, refillMs: 1_000, maxSources });
}

test('a burst is allowed, then one each time the refill has passed', () => {
  const failures = limiter();
  expect([1, 2, 3].map(() => failures.fail(here))).toEqual([0, 0, 0]);
  expect(failures.fail(here)).toBe(1_000);
  clock.advance(400);
  expect(failures.fail(here)).toBe(600);
  clock.advance(600);
  expect(failures.fail(here)).toBe(0);
  expect(failures.fail(here)).toBe(1_000);
});

test('sources do not share a bucket, but one IPv6 subscriber is one source', () => {
  const failures = limiter();
  for (let i = 0; i < 3; i++) failures.fail(here);
  expect(failures.fail('192.0.2.2' as Address)).toBe(0);
  for (let i = 1; i <= 3; i++) expect(failures.fail(`2001:db8::${i}` as Address)).toBe(0);
  expect(failures.fail('2001:db8::ffff' as Address)).toBeGreaterThan(0);
  expect(failures.fail('2001:db8:0:1::1' as Address)).toBe(0);
});

test('memory is bounded; the one that failed longest ago is forgotten', () => {
  const failures = limiter(10);
  for (let i = 0; i < 3; i++) failures.fail(here);
  for (let i = 0; i < 1_000; i++) failures.fail(`198.51.${i >> 8}.${i & 255}` as Address);
  expect(failures.size).toBe(10);
  expect(failures.fail(here)).toBe(0);
});
