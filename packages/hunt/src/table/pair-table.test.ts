import { seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairTable, type PairTableOptions } from './pair-table.ts';

const T = Date.UTC(2026, 9, 27);
const options = (mostPairs: number): PairTableOptions => ({
  mostPairs,
  mostTimes: 1e6,
  random: seededRandom(3),
});

interface Seen {
  readonly source: number;
  readonly destination: number;
  readonly at: number;
  readonly sent: number;
}

const flow = fc.record({
  source: fc.nat(6),
  destination: fc.nat(6),
  at: fc.nat(86_400_000).map((ms) => T + ms),
  sent: fc.nat(10_000),
});

function add(table: PairTable, { source, destination, at, sent }: Seen): boolean {
  const from = table.hosts.internIPv4(source);
  const to = table.hosts.intern(0x2001_0db8, 0, 0, destination);
  return table.add(from, to, 443, 1, at, sent / 2, sent, sent * 2);
}

/** What it knows, by addresses: ids differ from table to table; the order of pairs does not. */
function known(table: PairTable): readonly unknown[] {
  return Array.from({ length: table.size }, (_, i) => {
    const { source, destination, ...pair } = table.pair(i);
    return [table.hosts.address(source), table.hosts.address(destination), pair, [...table.times(i)]];
  });
}

test('counts, times and sizes are those of a plain list, whatever the order, and survive a snapshot', () => {
  fc.assert(
    fc.property(fc.array(flow, { minLength: 1, maxLength: 400 }), (flows) => {
      const table = new PairTable(options(1_000));
      for (const each of flows) expect(add(table, each)).toBe(true);
      const first = flows[0] as Seen;
      const own = flows.filter((f) => f.source === first.source && f.destination === first.destination);
      const pair = table.pair(0);
      const mean = own.reduce((sum, { sent }) => sum + sent, 0) / own.length;
      const spread = Math.sqrt(own.reduce((sum, { sent }) => sum + (sent - mean) ** 2, 0) / own.length);
      expect(pair).toMatchObject({ port: 443, protocol: 1, flows: own.length });
      expect(pair.sentMean).toBeCloseTo(mean, 0);
      expect(Math.abs(pair.sentSpread - spread)).toBeLessThan(1);
      if (own.length <= 256)
        expect([...table.times(0)]).toEqual(own.map(({ at }) => at).sort((a, b) => a - b));
      const restored = PairTable.restore(table.snapshot(), options(1_000));
      expect(restored && known(restored)).toEqual(known(table));
    }),
    { numRuns: 60 },
  );
});

test('one that came often is found again after room was made, whoever else comes', () => {
  const table = new PairTable(options(500));
  for (let i = 0; i < 5_000; i++) {
    add(table, { source: 1, destination: 1, at: T + i, sent: 1 });
    for (let n = 0; n < 3; n++) add(table, { source: 1_000 + i * 3 + n, destination: 2, at: T + i, sent: 1 });
    expect(table.size).toBeLessThanOrEqual(500);
  }
  const flows = Array.from({ length: table.size }, (_, i) => table.flows(i));
  expect(Math.max(...flows)).toBe(5_000);
  expect(table.hosts.size).toBeLessThanOrEqual(502);
});

test('flows that are refused leave no hosts behind without end', () => {
  const table = new PairTable(options(100));
  add(table, { source: 1, destination: 1, at: T, sent: 1 });
  for (let i = 0; i < 5_000; i++)
    expect(add(table, { source: 10 + i, destination: 1, at: T + 1e11, sent: 1 })).toBe(false);
  expect(table.hosts.size).toBeLessThan(1_500);
  expect(table.size).toBe(1);
});

test('years of forgetting: times stay true, and flows of today are never out of range', () => {
  const table = new PairTable(options(1_000));
  const day = 86_400_000;
  for (let n = 0; n < 800; n++) {
    const at = T + n * day;
    expect(add(table, { source: 1, destination: n % 3, at, sent: 1 })).toBe(true);
    table.forget(at - 5 * day);
    for (let pair = 0; pair < table.size; pair++) {
      const { first, last } = table.pair(pair);
      const times = [...table.times(pair)];
      expect(last).toBe(Math.max(...times));
      expect(last).toBeGreaterThanOrEqual(at - 5 * day);
      expect(first).toBe(times[0]);
      if (last === at) expect(times.at(-2) ?? at - 3 * day).toBe(at - 3 * day);
    }
  }
});
