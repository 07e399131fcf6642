import { SCOPES } from '@aegis/model';
import { expect, test } from 'vitest';
import { granularityOf } from './granularity.ts';

const EXAMPLES: Readonly<Record<string, string>> = { range: '192.0.2.0/24', domain: 'example.com' };

test.each(SCOPES)('%s lies within 0.3 to 1.0', (scope) => {
  const granularity = granularityOf({ scope, value: EXAMPLES[scope] ?? 'x' });
  expect(granularity).toBeGreaterThanOrEqual(0.3);
  expect(granularity).toBeLessThanOrEqual(1);
});

test('longer ranges are more exact, up to the address itself', () => {
  for (const [base, bits] of [
    ['0.0.0.0', 32],
    ['::', 128],
  ] as const) {
    const all = Array.from({ length: bits + 1 }, (_, length) =>
      granularityOf({ scope: 'range', value: `${base}/${length}` }),
    );
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(new Set(all).size).toBe(bits + 1);
    expect(all[0]).toBe(0.3);
    expect(all.at(-1)).toBe(1);
  }
});

test('a host only is about 0.4, deeper names a little more, a top level the least', () => {
  const of = (value: string): number => granularityOf({ scope: 'domain', value });
  expect(of('com')).toBe(0.3);
  expect(of('example.com')).toBe(0.4);
  expect(of('a.example.com')).toBeGreaterThan(of('example.com'));
  expect(of('a.b.c.d.e.f.g.h.i.j.k')).toBe(0.45);
});

test('a parameter of a url makes it exact', () => {
  expect(granularityOf({ scope: 'url', value: 'https://example.com/a?id=1' })).toBe(1);
  expect(granularityOf({ scope: 'url', value: 'https://example.com/a' })).toBe(0.9);
});
