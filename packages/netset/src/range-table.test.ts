import {
  formatIPv4,
  formatIPv6,
  Prefix,
  type PrefixParts,
  parseAddressWords,
  seededRandom,
} from '@aegis/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PrefixOracle } from './prefix-oracle.ts';
import { PrefixTable } from './prefix-table.ts';
import { RangeBuilder } from './range-builder.ts';
import { RangeTable } from './range-table.ts';

const words = new Uint32Array(4);

function tableOf(entries: readonly (readonly [PrefixParts, number])[]): RangeTable {
  const ipv4 = new RangeBuilder(4, 100_000);
  const ipv6 = new RangeBuilder(6, 100_000);
  for (const [{ family, words: prefix, length }, value] of entries)
    (family === 4 ? ipv4 : ipv6).add(Uint32Array.from(prefix), length, value);
  return new RangeTable(ipv4.ranges(), ipv6.ranges());
}

const at = (table: RangeTable, address: string): number =>
  table.lookup(parseAddressWords(address, words), words);
const parts = (text: string): PrefixParts => Prefix.parts(text as Prefix);

test('the longest prefix counts, before, inside and after shorter ones', () => {
  const table = tableOf([
    [parts('10.1.0.0/16'), 2],
    [parts('10.0.0.0/8'), 1],
    [parts('10.1.255.0/24'), 3],
    [parts('255.255.255.255/32'), 4],
    [parts('2001:db8::/32'), 5],
    [parts('2001:db8:0:1::/64'), 6],
    [parts('2001:db8::1/128'), 7],
  ]);
  const asked = [
    ...['9.255.255.255', '10.0.0.0', '10.0.255.255', '10.1.0.0', '10.1.254.255', '10.1.255.0'],
    ...['10.2.0.0', '10.255.255.255', '11.0.0.0', '255.255.255.254', '255.255.255.255', 'nonsense'],
  ];
  expect(asked.map((address) => at(table, address))).toEqual([0, 1, 1, 2, 2, 3, 1, 1, 0, 0, 4, 0]);
  const asked6 = [
    ...['2001:db7:ffff::', '2001:db8::', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::', '2001:db8:0:2::'],
    ...['2001:db9::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ];
  expect(asked6.map((address) => at(table, address))).toEqual([0, 5, 7, 5, 6, 5, 0, 0]);
});

test('of a prefix that comes twice the first counts; the whole of addresses is a prefix', () => {
  const table = tableOf([
    [parts('0.0.0.0/0'), 1],
    [parts('0.0.0.0/0'), 2],
    [parts('::/0'), 3],
  ]);
  expect(at(table, '0.0.0.0')).toBe(1);
  expect(at(table, '255.255.255.255')).toBe(1);
  expect(at(table, '::')).toBe(3);
  expect(at(tableOf([]), '192.0.2.1')).toBe(0);
});

describe('against the oracle', () => {
  const word = fc.oneof(
    fc.constantFrom(0, 0xffff_ffff, 0x0a00_0000),
    fc.integer({ min: 0, max: 0xffff_ffff }),
  );
  const address = fc.record({
    family: fc.constantFrom(4 as const, 6 as const),
    words: fc.tuple(word, word, word, word),
  });
  const prefix = fc.tuple(address, fc.nat(128)).map(([{ family, words: all }, bits]) => {
    const length = family === 4 ? bits % 33 : bits;
    return Prefix.parts(Prefix.format(masked({ family, words: all, length })));
  });

  test('any prefixes, any addresses', () => {
    const property = fc.property(
      fc.array(fc.tuple(prefix, fc.integer({ min: 1, max: 0xffff_ffff })), { maxLength: 60 }),
      fc.array(address, { maxLength: 30 }),
      (entries, asked) => {
        const oracle = new PrefixOracle();
        for (const [entry, value] of entries.toReversed()) oracle.insert(Prefix.format(entry), value);
        const table = tableOf(entries);
        const near = entries.flatMap(([{ family, words: first }]) => [
          { family, words: first },
          { family, words: first.map((w) => (w - 1) >>> 0) as [number, number, number, number] },
        ]);
        for (const { family, words: given } of [...asked, ...near]) {
          const asText = family === 4 ? formatIPv4(given[0]) : formatIPv6(...given);
          expect(at(table, asText)).toBe(Math.max(0, oracle.lookupText(asText)));
        }
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test('ten thousand nested prefixes of a small network, as PrefixTable answers', () => {
    const random = seededRandom(11);
    const oracle = new PrefixTable({ random });
    const entries: [PrefixParts, number][] = [];
    for (let i = 1; i <= 10_000; i++) {
      const length = 8 + Math.floor(random.next() * 25);
      const first = 0x0a00_0000 + Math.floor(random.next() * 2 ** 20);
      const entry = masked({ family: 4, words: [first, 0, 0, 0], length });
      entries.push([entry, i]);
    }
    for (const [entry, value] of entries.toReversed()) oracle.insert(entry, value);
    const table = tableOf(entries);
    for (let i = 0; i < 20_000; i++) {
      words[0] = 0x0a00_0000 + Math.floor(random.next() * 2 ** 20);
      expect(table.lookup(4, words)).toBe(Math.max(0, oracle.lookupIPv4(words[0] as number)));
    }
  });
});

function masked({ family, words: all, length }: PrefixParts): PrefixParts {
  const cut = all.map((w, i) => {
    const bits = Math.min(32, Math.max(0, length - 32 * i));
    return bits === 0 ? 0 : (w & (0xffff_ffff << (32 - bits))) >>> 0;
  }) as [number, number, number, number];
  return { family, words: cut, length };
}
