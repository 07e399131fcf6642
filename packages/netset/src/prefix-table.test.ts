import { formatIPv4, Prefix, parseAddressWords, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixOracle } from './prefix-oracle.ts';
import { LARGEST_VALUE, MOST_MATCHES, PrefixTable } from './prefix-table.ts';

function prefix(text: string): Prefix {
  const parsed = Prefix.parse(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function table(): PrefixTable {
  return new PrefixTable({ random: seededRandom(1) });
}

function matches(of: PrefixTable, address: string): number[] {
  const words = new Uint32Array(4);
  const out = new Int32Array(MOST_MATCHES);
  return [...out.subarray(0, of.matches(parseAddressWords(address, words), words, out))];
}

test('the longest of the enclosing prefixes answers, and the others can be had', () => {
  const nets = table();
  nets.insert(prefix('0.0.0.0/0'), 0);
  nets.insert(prefix('198.51.100.0/24'), 24);
  nets.insert(prefix('198.51.100.7'), 32);
  expect(nets.lookupText('198.51.100.7')).toBe(32);
  expect(nets.lookupText('198.51.100.8')).toBe(24);
  expect(nets.lookupText('203.0.113.1')).toBe(0);
  expect(nets.lookupText('2001:db8::1')).toBe(-1);
  expect(matches(nets, '198.51.100.7')).toEqual([32, 24, 0]);
});

test('an IPv4-mapped address is the IPv4 address', () => {
  const nets = table();
  nets.insert(prefix('::ffff:192.0.2.0/120'), 5);
  expect(nets.lookupText('192.0.2.9')).toBe(5);
  expect(nets.lookupText('::ffff:c000:209')).toBe(5);
  expect(nets.get(prefix('192.0.2.0/24'))).toBe(5);
});

test('inserting and deleting tell what was there', () => {
  const nets = table();
  expect(nets.insert(prefix('2001:db8::/48'), 1)).toBe(-1);
  expect(nets.insert(prefix('2001:db8::/48'), 2)).toBe(1);
  expect(nets.size).toBe(1);
  expect(nets.delete(prefix('2001:db8::/47'))).toBe(-1);
  expect(nets.delete(prefix('2001:db8::/48'))).toBe(2);
  expect(nets.delete(prefix('2001:db8::/48'))).toBe(-1);
  expect(nets.size).toBe(0);
});

test('what is not an address matches nothing', () => {
  const nets = table();
  nets.insert(prefix('0.0.0.0/0'), 1);
  nets.insert(prefix('::/0'), 2);
  for (const text of ['', '1.2.3', '1.2.3.4/32', '::1%eth0', 'localhost']) {
    expect(nets.lookupText(text)).toBe(-1);
    expect(matches(nets, text)).toEqual([]);
  }
});

test('values outside the range are a fault', () => {
  const nets = table();
  for (const value of [-1, 0.5, Number.NaN, LARGEST_VALUE + 1]) {
    expect(() => nets.insert(prefix('192.0.2.1'), value)).toThrow(/not an integer from 0/);
  }
  nets.insert(prefix('192.0.2.1'), LARGEST_VALUE);
  expect(nets.lookupText('192.0.2.1')).toBe(LARGEST_VALUE);
});

test('matches stop where the room ends', () => {
  const nets = table();
  for (let length = 0; length <= 128; length++) nets.insert(prefix(`2001:db8::/${length}`), length);
  const words = new Uint32Array(4);
  const family = parseAddressWords('2001:db8::', words);
  expect(nets.matches(family, words, new Int32Array(3))).toBe(3);
  expect(matches(nets, '2001:db8::')).toHaveLength(MOST_MATCHES);
  const offset = new Int32Array(4);
  expect(nets.matches(family, words, offset, 1)).toBe(3);
  expect([...offset]).toEqual([0, 128, 127, 126]);
});

test('memory follows what is kept, up and down', () => {
  const nets = table();
  const hosts = Array.from({ length: 50_000 }, (_, i) =>
    prefix(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`),
  );
  for (const [value, host] of hosts.entries()) nets.insert(host, value);
  expect(nets.size).toBe(50_000);
  expect(nets.bytes / nets.size).toBeLessThanOrEqual(32);
  for (const host of hosts.slice(10)) nets.delete(host);
  expect(nets.size).toBe(10);
  expect(nets.bytes).toBeLessThan(2_000);
  for (const [value, host] of hosts.slice(0, 10).entries()) expect(nets.get(host)).toBe(value);
  nets.clear();
  expect(nets.size).toBe(0);
  expect(nets.lookupText('10.0.0.1')).toBe(-1);
});

test('entries that come and go for long do not pile up', () => {
  const nets = table();
  for (let i = 0; i < 200_000; i++) {
    nets.insert(prefix(`172.16.${(i >> 8) & 255}.${i & 255}`), i);
    if (i >= 100) nets.delete(prefix(`172.16.${((i - 100) >> 8) & 255}.${(i - 100) & 255}`));
  }
  expect(nets.size).toBe(100);
  expect(nets.bytes).toBeLessThan(8_000);
});

// Few distinct bits, so that prefixes nest, collide and are deleted again.
const word = fc.constantFrom(0, 1, 0x8000_0000, 0xc000_0200, 0xc000_0201, 0xffff_ffff, 0x2001_0db8);
const v4 = word.map((w) => `${w >>> 24}.${(w >>> 16) & 255}.${(w >>> 8) & 255}.${w & 255}`);
const v6 = fc
  .tuple(word, word, word, word)
  .map((words) => words.map((w) => `${(w >>> 16).toString(16)}:${(w & 0xffff).toString(16)}`).join(':'));
const mapped = v4.map((text) => `::ffff:${text}`);
const anyAddress = fc.oneof(v4, v6, mapped);
const anyPrefix = fc
  .oneof(
    fc.tuple(v4, fc.integer({ min: 0, max: 32 })),
    fc.tuple(v6, fc.integer({ min: 0, max: 128 })),
    fc.tuple(mapped, fc.integer({ min: 96, max: 128 })),
  )
  .map(([address, length]) => prefix(`${address}/${length}`));
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('insert' as const),
      prefix: anyPrefix,
      value: fc.nat({ max: LARGEST_VALUE }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), prefix: anyPrefix }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('lookup' as const), address: anyAddress }) },
);

test('any sequence of inserts, deletes and look-ups answers like the oracle', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer(), (steps, seed) => {
      const nets = new PrefixTable({ random: seededRandom(seed) });
      const oracle = new PrefixOracle();
      for (const each of steps) {
        if (each.op === 'insert') {
          expect(nets.insert(each.prefix, each.value)).toBe(oracle.insert(each.prefix, each.value));
        } else if (each.op === 'delete') {
          expect(nets.delete(each.prefix)).toBe(oracle.delete(each.prefix));
        } else {
          expect(nets.lookupText(each.address)).toBe(oracle.lookupText(each.address));
          expect(matches(nets, each.address)).toEqual(oracle.matchesText(each.address));
        }
        expect(nets.size).toBe(oracle.size);
      }
    }),
    { numRuns: 300 },
  );
});

/** Enough prefixes for a guide, crowded into a /8 so that they nest, against maps of another make. */
test('with a guide, inserts and deletes of nested IPv4 prefixes answer like maps by length', () => {
  const random = seededRandom(7);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const nets = table();
  const byLength = Array.from({ length: 33 }, () => new Map<number, number>());
  const maskOf = (length: number): number => (length === 0 ? 0 : -1 << (32 - length));
  const held: { readonly word: number; readonly length: number }[] = [];
  const wrong: string[] = [];
  const compare = (): void => {
    for (let i = 0; i < 5_000; i++) {
      const near = held[below(held.length)]?.word ?? 0;
      const address = (i % 2 === 0 ? near ^ below(512) : 0x0a00_0000 + below(0x0100_0000)) >>> 0;
      const enclosing = byLength
        .map((entries, length) => entries.get((address & maskOf(length)) >>> 0))
        .filter((value) => value !== undefined)
        .reverse();
      const text = formatIPv4(address);
      if (nets.lookupIPv4(address) !== (enclosing[0] ?? -1)) wrong.push(`${text}: look-up`);
      if (matches(nets, text).join() !== enclosing.join()) wrong.push(`${text}: matches`);
    }
  };
  for (let i = 0; i < 150_000; i++) {
    const length = i % 3 === 0 ? 9 + below(23) : 32;
    const word = ((0x0a00_0000 + below(0x0100_0000)) & maskOf(length)) >>> 0;
    nets.insert({ family: 4, words: [word, 0, 0, 0], length }, i);
    if (!(byLength[length] as Map<number, number>).has(word)) held.push({ word, length });
    (byLength[length] as Map<number, number>).set(word, i);
    if (i % 50_000 === 49_999) compare();
  }
  nets.insert({ family: 4, words: [0, 0, 0, 0], length: 0 }, 1_000_000);
  byLength[0]?.set(0, 1_000_000);
  while (held.length > 100) {
    const at = below(held.length);
    const { word, length } = held[at] as (typeof held)[number];
    held[at] = held.at(-1) as (typeof held)[number];
    held.pop();
    nets.delete({ family: 4, words: [word, 0, 0, 0], length });
    byLength[length]?.delete(word);
    if (held.length % 20_000 === 0) compare();
  }
  compare();
  expect(wrong).toEqual([]);
});
