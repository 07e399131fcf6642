import { ManualClock, type Random, seededRandom } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import { DataSection } from './data-section.ts';
import { Database } from './database.ts';
import { decodeValue } from './decode-value.ts';
import { readMetadata } from './metadata.ts';
import { RecordFacts } from './record-facts.ts';
import { haveTestDatabases, TEST_DATABASES, testDatabase } from './testing/test-databases.ts';
import { writeMmdb } from './testing/write-mmdb.ts';

const SEED = 20_261_122;
const clock = new ManualClock();
const words = new Uint32Array(4);

const below = (random: Random, bound: number): number => Math.floor(random.next() * bound);

/** A few bytes changed, some of them to what lengths and types are made of. */
function mutate(bytes: Buffer, random: Random): void {
  for (let left = 1 + below(random, 3); left > 0; left--) {
    const at = below(random, bytes.length);
    bytes[at] = random.next() < 0.5 ? below(random, 256) : (bytes[at] as number) ^ (1 << below(random, 8));
  }
}

describe.runIf(haveTestDatabases)(
  `mutated databases (../shared/data/mmdb, seed ${SEED}; skipped where absent)`,
  () => {
    const originals = TEST_DATABASES.map((name) => testDatabase(name)).filter(({ length }) => length < 8000);

    test('are refused with a reason or answer, and never throw', async () => {
      const random = seededRandom(SEED);
      let refused = 0;
      let taken = 0;
      for (let i = 0; i < 4000; i++) {
        const bytes = Buffer.from(originals[below(random, originals.length)] as Buffer);
        mutate(bytes, random);
        const cut = random.next() < 0.1 ? bytes.subarray(0, below(random, bytes.length)) : bytes;
        const opened = await Database.open(cut, { cache: 8, clock });
        if (!opened.ok) {
          expect(opened.error).toMatch(/\w/);
          refused++;
          continue;
        }
        taken++;
        for (let asked = 0; asked < 20; asked++) {
          for (let index = 0; index < 4; index++) words[index] = below(random, 2 ** 32);
          const family = asked % 2 === 0 ? 4 : 6;
          opened.value.record(family, words);
          const { country = 'XX', as = '1' } = opened.value.lookup(family, words);
          expect(`${country} ${as}`).toMatch(/^[A-Z]{2} [1-9]\d*$/);
        }
      }
      expect(refused).toBeGreaterThan(500);
      expect(taken).toBeGreaterThan(100);
    });

    test('values of mutated data stay within it, at any offset', () => {
      const random = seededRandom(SEED + 1);
      let decoded = 0;
      let beyond = 0;
      for (const original of originals) {
        const metadata = readMetadata(original);
        if (!metadata.ok) continue;
        const { dataStart, dataEnd } = metadata.value;
        // What lies outside would be seen: it is text that no database has.
        const guard = Buffer.alloc(64, '!OUTSIDE');
        const bytes = Buffer.concat([guard, original.subarray(dataStart, dataEnd), guard]);
        const section = new DataSection(bytes, guard.length, bytes.length - guard.length);
        const facts = new RecordFacts(section);
        for (let i = 0; i < 25_000; i++) {
          if (i % 50 === 0) original.copy(bytes, guard.length, dataStart, dataEnd);
          bytes[guard.length + below(random, section.length)] = below(random, 256);
          const at = below(random, section.length);
          const value = decodeValue(section, at);
          if (value !== undefined) decoded++;
          facts.read(at);
          if (section.skip(at) > section.length) beyond++;
          if (typeof value === 'string' && value.includes('!OUT')) beyond++;
        }
      }
      expect(beyond).toBe(0);
      expect(decoded).toBeGreaterThan(10_000);
    });
  },
);

describe('what would take forever', () => {
  const opened = (record: Buffer): Promise<string> => {
    const whole = writeMmdb({ type: 'x', entries: [{ prefix: PREFIX, record: 'placeholder' }] });
    const at = whole.indexOf('placeholder') - 1;
    const bytes = Buffer.concat([whole.subarray(0, at), record, whole.subarray(at + 12)]);
    return Database.open(bytes, { cache: 0, clock }).then((result) => (result.ok ? 'taken' : result.error));
  };
  const PREFIX = { family: 4, words: [0xc000_0200, 0, 0, 0], length: 24 } as const;
  const pointer = (target: number): Buffer => Buffer.of(0x20 | (target >>> 8), target & 255);
  const array = (...items: readonly Buffer[]): Buffer =>
    Buffer.concat([Buffer.of(items.length, 4), ...items]);

  test('an array that holds itself', async () => {
    expect(await opened(array(pointer(0)))).toMatch(/a value that holds itself/);
  });

  test('pointers to pointers', async () => {
    expect(await opened(Buffer.concat([array(pointer(4)), pointer(0)]))).toMatch(/a pointer to a pointer/);
  });

  test('arrays of arrays, many times over', async () => {
    const deep = Array.from({ length: 40 }, (_, i) => array(pointer(i * 4 + 4)));
    expect(await opened(Buffer.concat([...deep, Buffer.of(0x41, 0x41)]))).toMatch(/more than 32 deep/);
    const doubling = Array.from({ length: 30 }, (_, i) => array(pointer(i * 6 + 6), pointer(i * 6 + 6)));
    expect(await opened(Buffer.concat([...doubling, Buffer.of(0x41, 0x41)]))).toBe('taken');
  });

  test('a map that announces sixteen million members', async () => {
    expect(await opened(Buffer.of(0xff, 0xff, 0xff, 0xff, 0x41, 0x41))).toMatch(/none of the format|no text/);
  });

  test('members named like those of Object.prototype are members', async () => {
    const record = JSON.parse('{"__proto__":1,"constructor":2}');
    const bytes = writeMmdb({ type: 'x', entries: [{ prefix: PREFIX, record }] });
    const whole = await Database.open(bytes, { cache: 0, clock });
    if (!whole.ok) throw new Error(whole.error);
    words[0] = 0xc000_0201;
    expect(Object.entries(whole.value.record(4, words) ?? {})).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(whole.value.lookup(4, words)).toEqual({});
  });
});
