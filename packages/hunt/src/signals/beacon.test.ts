import { seededRandom } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import { beaconTimes } from '../synthetic/beacon-times.ts';
import { beaconOf } from './beacon.ts';

const MINUTE = 60_000;

describe('a heartbeat is found', () => {
  test.each([
    ['exact, every second', 1_000, 0, 0, 1, 1],
    ['exact, of any period', 301_600, 0, 0, 1, 120],
    ['jittered by a fifth', MINUTE, 0.2, 0, 1, 30],
    ['jittered by half', MINUTE, 0.5, 0, 1, 45],
    ['jittered by 90%', 5 * MINUTE, 0.9, 0, 1, 24 * 60],
    ['with a third of it lost', MINUTE, 0.1, 0.33, 1, 60],
    ['in bursts of four', 5 * MINUTE, 0.1, 0, 4, 240],
    ['every two hours', 120 * MINUTE, 0.05, 0, 1, 24 * 60],
  ])('%s', (_, periodMs, jitter, loss, burst, minutes) => {
    const missed = Array.from({ length: 20 }, (__, seed) => {
      const times = beaconTimes({ periodMs, jitter, loss, burst }, 0, minutes * MINUTE, seededRandom(seed));
      return beaconOf(times);
    }).filter((beacon) => {
      const ratio = (beacon?.periodMs ?? 0) / periodMs;
      return beacon === undefined || beacon.evidence < 0.5 || ratio < 0.3 || ratio > 2;
    });
    expect(missed.length).toBeLessThanOrEqual(2);
  });

  test('and told of with its figures', () => {
    const times = Array.from({ length: 101 }, (_, i) => i * 301_600 + (i % 10 === 0 ? 9_000 : 0));
    expect(beaconOf(times)).toMatchObject({ gaps: 100, periodMs: 301_600, share: 0.8, burst: 1 });
  });
});

test('chance makes none: of 2,000 Poisson processes few have any evidence, and none has much', () => {
  const seed = 42;
  const random = seededRandom(seed);
  const evidence: number[] = [];
  for (let run = 0; run < 2_000; run++) {
    let at = 0;
    const times = Array.from({ length: 8 + (run % 250) }, () => {
      at -= Math.log(1 - random.next()) * MINUTE;
      return at;
    });
    evidence.push(beaconOf(times)?.evidence ?? 0);
  }
  const above = (nats: number): number => evidence.filter((each) => each > nats).length;
  expect(above(0), `seed ${seed}`).toBeLessThan(160);
  expect(above(2), `seed ${seed}`).toBeLessThan(25);
  expect(above(5), `seed ${seed}`).toBe(0);
});

test('too few gaps say nothing', () => {
  expect(beaconOf([])).toBeUndefined();
  expect(beaconOf([5])).toBeUndefined();
  expect(beaconOf([0, 10_000, 20_000, 30_000])).toBeUndefined();
  expect(beaconOf(new Array(300).fill(7))).toBeUndefined();
});
