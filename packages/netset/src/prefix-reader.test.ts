import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { formatIPv4, formatIPv6, Prefix, parseAddressWords, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrefixOracle } from './prefix-oracle.ts';
import { PrefixReader } from './prefix-reader.ts';
import { MOST_MATCHES, PrefixTable } from './prefix-table.ts';

function prefix(text: string): Prefix {
  const parsed = Prefix.parse(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function shared(seed: number): { table: PrefixTable; reader: PrefixReader } {
  const table = PrefixTable.shared({ random: seededRandom(seed), mostBytes: 1 << 26 });
  return { table, reader: PrefixReader.attach(table.buffer as SharedArrayBuffer) };
}

const bits = fc.constantFrom(0, 1, 0x8000_0000, 0xc000_0200, 0xc000_0201, 0xffff_ffff);
const address = fc.oneof(
  bits.map(formatIPv4),
  fc.tuple(bits, bits, bits, bits).map((w) => formatIPv6(...w)),
);
const step = fc.record({
  op: fc.constantFrom('insert', 'insert', 'insert', 'delete', 'reload'),
  address,
  length: fc.nat({ max: 128 }),
  asked: address,
});

test('a reader answers like the oracle after every insert, delete and reload', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer(), (steps, seed) => {
      const { table, reader } = shared(seed);
      let oracle = new PrefixOracle();
      const words = new Uint32Array(4);
      const out = new Int32Array(MOST_MATCHES);
      for (const [value, { op, address, length, asked }] of steps.entries()) {
        const net = prefix(
          `${address}/${address.includes(':') && !address.startsWith('::ffff:') ? length : length % 33}`,
        );
        if (op === 'insert') expect(table.insert(net, value)).toBe(oracle.insert(net, value));
        else if (op === 'delete') expect(table.delete(net)).toBe(oracle.delete(net));
        else {
          oracle = new PrefixOracle();
          oracle.insert(net, value);
          table.successor().insert(net, value);
          table.succeed();
        }
        expect(reader.lookupText(asked)).toBe(oracle.lookupText(asked));
        const count = reader.matches(parseAddressWords(asked, words), words, out);
        expect([...out.subarray(0, count)]).toEqual(oracle.matchesText(asked));
      }
    }),
  );
});

test('memory set aside that is used up is a fault, and nothing is lost', () => {
  const table = PrefixTable.shared({ random: seededRandom(1), mostBytes: 1 << 16 });
  const reader = PrefixReader.attach(table.buffer as SharedArrayBuffer);
  const hosts = Array.from({ length: 10_000 }, (_, i) => prefix(formatIPv4(0x0a00_0000 + i * 77)));
  let held = 0;
  expect(() => {
    for (const host of hosts) table.insert(host, held++);
  }).toThrow(/used up/);
  expect(table.size).toBe(held - 1);
  for (let i = 0; i < held - 1; i++) expect(reader.lookupText((hosts[i] as string).slice(0, -3))).toBe(i);
});

test('what a reload left behind is used again', () => {
  const { table, reader } = shared(3);
  const sizes = new Set<number>();
  for (let round = 0; round < 20; round++) {
    const next = table.successor();
    for (let i = 0; i < 5_000; i++) next.insert(prefix(formatIPv4(0x0a00_0000 + i)), round);
    table.succeed();
    expect(reader.lookupText('10.0.0.7')).toBe(round);
    if (round > 1) sizes.add((table.buffer as SharedArrayBuffer).byteLength);
  }
  expect(sizes.size).toBe(1);
});

test('a reader follows the guides of both families as they come, grow and go', () => {
  const { table, reader } = shared(5);
  const random = seededRandom(6);
  const word = (): number => Math.floor(random.next() * 0x1_0000_0000);
  const lengths = [128, 64, 56, 48, 44, 32] as const;
  const held: { readonly net: Prefix; readonly address: string }[] = [];
  const wrong: string[] = [];
  const compare = (): void => {
    for (let i = 0; i < 2_000; i++) {
      const { net, address } = held[Math.floor(random.next() * held.length)] as (typeof held)[number];
      if (reader.lookupText(address) < 0 || table.get(net) < 0) wrong.push(address);
      const other = i % 2 === 0 ? formatIPv4(word()) : formatIPv6(0x2001_0000 + (word() & 255), word(), 0, 1);
      if (reader.lookupText(other) !== table.lookupText(other)) wrong.push(other);
    }
  };
  for (let i = 0; i < 160_000; i++) {
    const length = lengths[i % lengths.length] as number;
    const v6 = formatIPv6(0x2001_0000 + (i & 255), word(), word(), word());
    const address = i % 2 === 0 ? v6 : formatIPv4(word());
    const net = prefix(i % 2 === 0 ? `${address}/${length}` : `${address}/${16 + (length >>> 3)}`);
    if (table.insert(net, i) < 0) held.push({ net, address });
    if (i % 40_000 === 39_999) compare();
  }
  while (held.length > 2_000) {
    table.delete((held.pop() as (typeof held)[number]).net);
    if (held.length % 30_000 === 0) compare();
  }
  compare();
  expect(wrong).toEqual([]);
  expect(table.size).toBe(2_000);
});

/**
 * Each address under test always has exactly one right answer or one of two while it changes hands: the writer
 * moves its ban between a /32, the /24 and the /16 around it, the new one set before the old one goes, so that at
 * every moment one of them is there with the same value. A reader that sees half of that answers -1.
 */
test('readers in other threads never miss what is there all the time', { timeout: 120_000 }, async () => {
  const table = PrefixTable.shared({ random: seededRandom(11), mostBytes: 1 << 28 });
  const nets = Array.from({ length: 512 }, (_, i) => ({
    v4: 0x0b00_0000 + i * 0x1_0000 + 0x102,
    v6: 0x2001_0000 + i,
  }));
  const lengths4 = [32, 24, 20, 16] as const;
  const lengths6 = [128, 64, 48, 40] as const;
  const net4 = (v4: number, turn: number) => prefix(`${formatIPv4(v4)}/${lengths4[turn & 3]}`);
  const net6 = (v6: number, turn: number) => prefix(`${formatIPv6(v6, 1, 2, 3)}/${lengths6[turn & 3]}`);
  const put = (into: PrefixTable, turn: number): void => {
    for (const [value, { v4, v6 }] of nets.entries()) {
      into.insert(net4(v4, turn + value), value);
      into.insert(net6(v6, turn + value), value);
    }
  };
  put(table, 0);
  const stop = new SharedArrayBuffer(4);
  const workers = [1, 2].map(
    (seed) =>
      new Worker(new URL('./testing/steady-reader.ts', import.meta.url), {
        workerData: { buffer: table.buffer, stop, seed, nets },
      }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const reports = workers.map(
    async (worker) => (await once(worker, 'message'))[0] as { asked: number; wrong: string[] },
  );

  const random = seededRandom(12);
  const noise: Prefix[] = [];
  let turn = 0;
  for (let round = 0; round < 48; round++) {
    for (const [value, { v4, v6 }] of nets.entries()) {
      table.insert(net4(v4, turn + value + 1), value);
      table.delete(net4(v4, turn + value));
      table.insert(net6(v6, turn + value + 1), value);
      table.delete(net6(v6, turn + value));
    }
    turn++;
    // Growth, guides that come and go, and shrinking, by addresses that no reader asks about.
    if (round % 6 < 3) {
      for (let i = 0; i < 30_000; i++) {
        const host = prefix(formatIPv4((0x6000_0000 + Math.floor(random.next() * 0x1000_0000)) >>> 0));
        noise.push(host);
        table.insert(host, 1_000_000);
      }
    } else {
      for (const host of noise.splice(-30_000)) table.delete(host);
    }
    if (round % 5 === 4) {
      const next = table.successor();
      put(next, turn);
      table.succeed();
      noise.length = 0;
    }
  }
  Atomics.store(new Int32Array(stop), 0, 1);
  for (const { asked, wrong } of await Promise.all(reports)) {
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(10_000);
  }
});
