import { ManualClock, randomHashKey, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseRateDomain } from './parse-rate-domain.ts';
import { type RateDescriptor, RateLimiter, type RateResult } from './rate-limiter.ts';
import { RATE_UNITS, type RateUnit, UNIT_MS } from './rate-unit.ts';

let clock: ManualClock;
let told: (readonly [rule: string, result: RateResult, hits: number])[];
let limiter: RateLimiter;

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  limiter = new RateLimiter({
    clock,
    hashKey: randomHashKey(seededRandom(1)),
    capacity: 1_000,
    onResult: (_domain, rule, result, hits) => told.push([rule, result, hits]),
  });
});

function configure(descriptors: readonly unknown[]): void {
  const parsed = parseRateDomain({ domain: 'web', descriptors });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  limiter.configure(new Map([[parsed.value.name, parsed.value.level]]));
}

const perUnit = (requests_per_unit: number, unit: RateUnit, more: object = {}): object => ({
  rate_limit: { requests_per_unit, unit, ...more },
});

/** `from=192.0.2.1` */
const descriptor = (...entries: readonly string[]): RateDescriptor => ({
  entries: entries.map((entry) => {
    const [key = '', value = ''] = entry.split('=');
    return { key, value };
  }),
});

const over = (entries: readonly RateDescriptor[], hits: number = 1): readonly boolean[] =>
  limiter.take('web', entries, hits).map((status) => status.over);

describe('how much passes', () => {
  test('exactly the limit at once, and then as time gives it back, whatever limit and unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom(...RATE_UNITS), (limit, unit) => {
        configure([{ key: 'from', ...perUnit(limit, unit) }]);
        const from = descriptor(`from=${limit} ${unit}`);
        for (let n = 1; n <= limit; n++)
          expect(limiter.take('web', [from], 1)).toMatchObject([{ over: false, remaining: limit - n }]);
        const [refused] = limiter.take('web', [from], 1);
        expect(refused).toMatchObject({ over: true, remaining: 0 });
        expect(refused?.resetMs).toBeCloseTo(UNIT_MS[unit], -Math.log10(UNIT_MS[unit] / 100));
        clock.advance(Math.ceil(refused?.waitMs ?? 0) + 1);
        expect(over([from])).toEqual([false]);
        // In whole numbers of milliseconds, many of a second's worth pass in one.
        clock.advance(UNIT_MS[unit] * 1.01);
        expect(limiter.take('web', [{ ...from, hits: 0 }], 1)).toMatchObject([
          { remaining: limit, resetMs: 0 },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  test('never more than the limit and what time gave back, in any order of calls', () => {
    const step = fc.record({ wait: fc.nat(700), hits: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 80 }), (limit, steps) => {
        configure([{ key: 'from', ...perUnit(limit, 'second') }]);
        const from = descriptor(`from=${clock.now()} ${limit}`);
        let passed = 0;
        let elapsed = 0;
        for (const { wait, hits } of steps) {
          clock.advance(wait);
          elapsed += wait;
          const [status] = limiter.take('web', [from], hits);
          if (status?.over === false) passed += hits;
          else if (hits > limit) expect(status?.waitMs).toBe(Number.POSITIVE_INFINITY);
          expect(passed).toBeLessThanOrEqual(limit + (limit * elapsed) / 1_000 + 1e-3);
        }
      }),
    );
  });

  test('a million a second and one a year both count', () => {
    configure([
      { key: 'fast', ...perUnit(1_000_000, 'second') },
      { key: 'slow', ...perUnit(1, 'year') },
    ]);
    expect(over([descriptor('fast=x')], 999_999)).toEqual([false]);
    expect(over([descriptor('fast=x')])).toEqual([false]);
    expect(over([descriptor('fast=x')])).toEqual([true]);
    clock.advance(1);
    expect(over([descriptor('fast=x')], 1_000)).toEqual([false]);
    expect(over([descriptor('slow=x')])).toEqual([false]);
    clock.advance(364 * 86_400_000);
    expect(over([descriptor('slow=x')])).toEqual([true]);
    clock.advance(86_400_001);
    expect(over([descriptor('slow=x')])).toEqual([false]);
  });

  test('0 a minute is nothing, and more hits than the limit never pass', () => {
    configure([
      { key: 'shut', ...perUnit(0, 'minute') },
      { key: 'ten', ...perUnit(10, 'minute') },
    ]);
    expect(over([descriptor('shut=x')])).toEqual([true]);
    expect(limiter.take('web', [descriptor('ten=x')], 11)).toMatchObject([
      { over: true, remaining: 10, waitMs: Number.POSITIVE_INFINITY },
    ]);
    expect(over([descriptor('ten=x')], 10)).toEqual([false]);
  });
});

describe('which rule applies', () => {
  test('each value of a key without one counts by itself, and a named value has its own limit', () => {
    configure([
      { key: 'from', ...perUnit(1, 'minute') },
      { key: 'from', value: '192.0.2.9', ...perUnit(2, 'minute') },
      { key: 'path', value: '/api/*', ...perUnit(1, 'minute') },
      { key: 'path', value: '/api/slow/*', ...perUnit(2, 'minute') },
    ]);
    const count = (entry: string): number => {
      let passed = 0;
      while (passed < 9 && over([descriptor(entry)])[0] === false) passed++;
      return passed;
    };
    expect(count('from=192.0.2.1')).toBe(1);
    expect(count('from=192.0.2.2')).toBe(1);
    expect(count('from=192.0.2.9')).toBe(2);
    expect(count('path=/api/x')).toBe(1);
    expect(count('path=/api/slow/x')).toBe(2);
    expect(count('path=/other')).toBe(9);
    expect(count('unknown=x')).toBe(9);
    expect(count('__proto__=constructor')).toBe(9);
  });

  test('only where the entries lead exactly to it', () => {
    configure([
      { key: 'path', value: '/login', descriptors: [{ key: 'from', ...perUnit(1, 'hour') }] },
      { key: 'from', ...perUnit(5, 'hour') },
    ]);
    const login = descriptor('path=/login', 'from=a');
    expect(over([login])).toEqual([false]);
    expect(over([login])).toEqual([true]);
    expect(over([descriptor('path=/login', 'from=b')])).toEqual([false]);
    for (let n = 0; n < 9; n++) {
      expect(over([descriptor('path=/login')])).toEqual([false]);
      expect(over([descriptor('path=/login', 'from=a', 'more=x')])).toEqual([false]);
      expect(over([descriptor('path=/', 'from=a')])).toEqual([false]);
    }
    expect(limiter.take('another', [descriptor('from=a')], 1)).toMatchObject([{ over: false }]);
  });

  test('a limit that is brought along goes before the rule', () => {
    configure([{ key: 'from', ...perUnit(100, 'hour') }]);
    const brought: RateDescriptor = {
      ...descriptor('from=a'),
      limit: { requestsPerUnit: 1, unit: 'minute' },
    };
    expect(over([brought])).toEqual([false]);
    expect(over([brought])).toEqual([true]);
  });
});

describe('several at once', () => {
  test('nothing is taken where one refuses, and each says how it stands', () => {
    configure([
      { key: 'a', ...perUnit(5, 'minute') },
      { key: 'b', ...perUnit(1, 'minute') },
    ]);
    const both = [descriptor('a=x'), descriptor('b=x'), descriptor('c=x')];
    expect(over(both)).toEqual([false, false, false]);
    for (let n = 0; n < 9; n++) {
      expect(limiter.take('web', both, 1)).toMatchObject([
        { over: false, remaining: 4 },
        { over: true, remaining: 0 },
        { over: false },
      ]);
    }
  });

  test('a rule in shadow counts and refuses nobody', () => {
    configure([
      { key: 'a', shadow_mode: true, ...perUnit(1, 'minute') },
      { key: 'b', ...perUnit(9, 'minute') },
    ]);
    const both = [descriptor('a=x'), descriptor('b=x')];
    expect(over(both)).toEqual([false, false]);
    expect(over(both)).toEqual([false, false]);
    expect(told.map(([rule, result]) => `${rule} ${result}`)).toEqual([
      'web.a near_limit',
      'web.b within_limit',
      'web.a shadow_over_limit',
      'web.b within_limit',
    ]);
  });

  test('one that is replaced does not count, and unlimited is no limit', () => {
    configure([
      { key: 'all', rate_limit: { name: 'general', unit: 'minute', requests_per_unit: 1 } },
      { key: 'vip', rate_limit: { unlimited: true, replaces: [{ name: 'general' }] } },
    ]);
    const vip = [descriptor('all=x'), descriptor('vip=x')];
    for (let n = 0; n < 5; n++) expect(over(vip)).toEqual([false, false]);
    expect(limiter.take('web', vip, 1)[1]).toEqual({
      over: false,
      remaining: 4_294_967_295,
      resetMs: 0,
      waitMs: 0,
    });
    expect(over([descriptor('all=x')])).toEqual([false]);
    expect(over([descriptor('all=x')])).toEqual([true]);
  });

  test('hits of a descriptor go before those of the request', () => {
    configure([{ key: 'a', ...perUnit(10, 'minute') }]);
    const a = descriptor('a=x');
    expect(limiter.take('web', [{ ...a, hits: 7 }], 1)).toMatchObject([{ remaining: 3 }]);
    expect(limiter.take('web', [{ ...a, hits: 0 }], 1)).toMatchObject([{ remaining: 3 }]);
    expect(told).toContainEqual(['web.a', 'within_limit', 7]);
  });
});

describe('a domain that is wrong is told with the place', () => {
  test.each<[unknown, readonly (string | number)[]]>([
    [{}, ['domain']],
    [{ domain: 'x', descriptors: [{}] }, ['descriptors', 0, 'key']],
    [{ domain: 'x', descriptors: [{ key: 'a', value: 7 }] }, ['descriptors', 0, 'value']],
    [{ domain: 'x', descriptor: [] }, ['descriptor']],
    [{ domain: 'x', descriptors: [{ key: 'a', rate_limit: {} }] }, ['descriptors', 0, 'rate_limit']],
    [
      {
        domain: 'x',
        descriptors: [{ key: 'a', descriptors: [{ key: 'b', ...perUnit(1, 'week' as RateUnit) }] }],
      },
      ['descriptors', 0, 'descriptors', 0, 'rate_limit', 'unit'],
    ],
    [{ domain: 'x', descriptors: [{ key: 'a' }, { key: 'b' }, { key: 'a' }] }, ['descriptors', 2]],
    [
      {
        domain: 'x',
        descriptors: [
          { key: 'a', value: 'b*' },
          { key: 'a', value: 'b*' },
        ],
      },
      ['descriptors', 1],
    ],
    [
      { domain: 'x', descriptors: [{ key: 'a', ...perUnit(1, 'day', { unlimited: true }) }] },
      ['descriptors', 0, 'rate_limit'],
    ],
  ])('%j', (document, path) => {
    expect(parseRateDomain(document)).toMatchObject({ ok: false, error: [{ path }] });
  });
});
