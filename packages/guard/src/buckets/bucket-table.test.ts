import { KeyHash, randomHashKey, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BucketOracle } from '../testing/bucket-oracle.ts';
import { BucketCall } from './bucket-call.ts';
import { BucketTable } from './bucket-table.ts';
import type { Buckets } from './buckets.ts';
import { SharedBucketTable } from './shared-bucket-table.ts';
import { LONGEST_WAIT_MS, SWEEP_AT_LEAST_MS, TICKS_PER_MS } from './ticks.ts';

const hash = new KeyHash(randomHashKey(seededRandom(7)));
const MAKERS: readonly (readonly [string, (keys: number) => Buckets])[] = [
  ['for one thread', (keys) => new BucketTable(keys)],
  ['shared', (keys) => SharedBucketTable.allocate(keys)],
];
const LONGEST = LONGEST_WAIT_MS * TICKS_PER_MS;

/** Mostly short steps, at times hours or days: over many wraps of the 32-bit clock. */
const step = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: LONGEST_WAIT_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 * SWEEP_AT_LEAST_MS }) },
);
const one = fc.record({
  key: fc.integer({ min: 0, max: 20 }).map((n) => `key-${n}`),
  charge: fc.oneof(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: LONGEST })),
  tolerance: fc.oneof(fc.integer({ min: 1, max: 600_000 }), fc.integer({ min: 1, max: LONGEST })),
});
const distinct = fc.uniqueArray(one, { minLength: 1, maxLength: 6, selector: ({ key }) => key });

function put(call: BucketCall, entries: readonly { key: string; charge: number; tolerance: number }[]): void {
  call.clear();
  for (const { key, charge, tolerance } of entries) {
    hash.of(key);
    call.add(0, hash.a, hash.b, charge, tolerance);
  }
}

describe.each(MAKERS)('a table of buckets %s', (_, make) => {
  test('decides as the oracle does, all or nothing, whatever the clock does', () => {
    const history = fc.array(fc.tuple(step, distinct), { maxLength: 80 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 41 }), history, (start, calls) => {
        const table = make(2_000);
        const oracle = new BucketOracle();
        const call = new BucketCall();
        let ms = start;
        for (const [advance, entries] of calls) {
          ms += advance;
          const now = BigInt(ms) * BigInt(TICKS_PER_MS);
          put(call, entries);
          expect(table.take(call, ms)).toBe(oracle.take(entries, now));
          for (const { key } of entries) {
            hash.of(key);
            // What the shared form stores for the tick that means "claimed" is one off.
            expect(Math.abs(table.ahead(hash.a, hash.b, ms) - Number(oracle.ahead(key, now)))).toBeLessThan(
              2,
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('one bucket by itself is the same as a call on one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, one), { maxLength: 100 }), (calls) => {
        const [single, batch] = [make(2_000), make(2_000)];
        const call = new BucketCall();
        let ms = 5;
        for (const [advance, entry] of calls) {
          ms += advance;
          put(call, [entry]);
          batch.take(call, ms);
          hash.of(entry.key);
          expect(single.takeOne(hash.a, hash.b, entry.charge, entry.tolerance, ms)).toBe(call.waitTicks);
        }
      }),
    );
  });

  test('whoever waits as long as told passes, whatever the call costs', () => {
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 50 }), (entries) => {
        const table = make(2_000);
        let ms = 0;
        for (const { charge, tolerance } of entries) {
          hash.of('the same');
          const wait = table.takeOne(hash.a, hash.b, charge, tolerance, ms);
          if (wait === 0) continue;
          expect(wait).toBeLessThanOrEqual(LONGEST);
          ms += Math.ceil(wait / TICKS_PER_MS);
          expect(table.takeOne(hash.a, hash.b, charge, tolerance, ms)).toBe(0);
        }
      }),
    );
  });

  test('a full table refuses nobody for lack of room, and stays as large as it is', () => {
    const table = make(1_000);
    const { byteLength } = table;
    for (let i = 0; i < 100_000; i++) {
      hash.of(`crowd-${i}`);
      expect(table.takeOne(hash.a, hash.b, 256_000, 1_280_000, 1)).toBe(0);
    }
    expect(table.evictions()).toBeGreaterThan(90_000);
    expect(table.byteLength).toBe(byteLength);
    expect(table.sweep(1)).toBeLessThan(3_000);
    expect(table.sweep(2_000)).toBe(0);
  });

  // The second fills two thirds of all places: no table is made for more.
  test.each([10_000, 10_922])('up to the %i keys it was made for, none is given up', (keys) => {
    const table = make(keys);
    for (let i = 0; i < keys; i++) {
      hash.of(`client-${i}`);
      table.takeOne(hash.a, hash.b, 256_000, 1_280_000, 1);
    }
    expect(table.evictions()).toBe(0);
    expect(table.sweep(1)).toBe(keys);
  });

  test('a dear call passes at the tick at which the clock wraps', () => {
    const table = make(100);
    const call = new BucketCall();
    put(call, [{ key: 'k', charge: 5_000, tolerance: 10 }]);
    expect(table.take(call, 0)).toBe(-1);
    hash.of('other');
    expect(table.takeOne(hash.a, hash.b, 5_000, 10, 2 ** 32 / TICKS_PER_MS)).toBe(0);
  });

  test('raising a bucket never lowers it', () => {
    const table = make(100);
    hash.of('k');
    table.raise(hash.a, hash.b, 5_000, 0);
    table.raise(hash.a, hash.b, 3_000, 0);
    table.raise(hash.a, hash.b, 0, 0);
    expect(table.ahead(hash.a, hash.b, 0)).toBeGreaterThanOrEqual(5_000);
    expect(table.ahead(hash.a, hash.b, 10)).toBeLessThanOrEqual(5_000 - 10 * TICKS_PER_MS + 1);
  });
});

test('16.8 bytes a key for a million keys', () => {
  expect(new BucketTable(1_000_000).byteLength / 1_000_000).toBeLessThan(17);
});
