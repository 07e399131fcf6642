import { formatIPv4, formatIPv6, ManualClock, Prefix, parseAddressWords, seededRandom } from '@aegis/model';
import { Reader } from 'mmdb-lib';
import { describe, expect, test } from 'vitest';
import { Database } from './database.ts';
import type { MmdbValue } from './decode-value.ts';
import { databaseSource, haveTestDatabases, TEST_DATABASES, testDatabase } from './testing/test-databases.ts';

const clock = new ManualClock();
const words = new Uint32Array(4);

async function open(bytes: Buffer, cache: number = 64): Promise<Database> {
  const opened = await Database.open(bytes, { cache, clock });
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

function recordOf(database: Database, address: string): MmdbValue | undefined {
  return database.record(parseAddressWords(address, words), words);
}

/** One text for both readers' forms of the same value. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return String(member);
    if (member instanceof Uint8Array) return Buffer.from(member).toString('hex');
    if (typeof member === 'object' && member !== null && 'type' in member && member.type === 'Buffer') {
      return Buffer.from((member as unknown as { data: number[] }).data).toString('hex');
    }
    if (typeof member === 'object' && member !== null && !Array.isArray(member)) {
      const keys = Object.keys(member).sort();
      return Object.fromEntries(keys.map((key) => [key, (member as Record<string, unknown>)[key]]));
    }
    // Integers above 2^53 are text here and a number there.
    return member;
  });
}

const BROKEN = [
  'GeoIP2-City-Test-Broken-Double-Format.mmdb',
  'GeoIP2-City-Test-Invalid-Node-Count.mmdb',
  'MaxMind-DB-test-broken-pointers-24.mmdb',
  'MaxMind-DB-test-broken-search-tree-24.mmdb',
];

describe.runIf(haveTestDatabases)(
  "MaxMind's test databases (../shared/data/mmdb; skipped where absent)",
  () => {
    test.each(BROKEN)('%s is refused with the reason', async (name) => {
      const opened = await Database.open(testDatabase(name), { cache: 0, clock });
      expect(opened.ok ? 'taken' : opened.error).toMatch(/^(has|is|does not have) .{20,}/);
    });

    test.each(TEST_DATABASES.filter((name) => !BROKEN.includes(name)))(
      '%s answers what mmdb-lib answers',
      async (name) => {
        const bytes = testDatabase(name);
        const database = await open(bytes);
        const oracle = new Reader(bytes);
        const random = seededRandom(7);
        const word = (): number => Math.floor(random.next() * 2 ** 32);
        const asked = new Set<string>();
        for (const prefix of networks(database, bytes)) {
          const { family, words: first, length } = Prefix.parts(prefix);
          for (let i = 0; i < 3; i++) {
            const at = first.map((start, index) => {
              const bits = Math.min(32, Math.max(0, length - 32 * index));
              return bits === 32 ? start : (start | (word() >>> bits)) >>> 0;
            }) as [number, number, number, number];
            asked.add(family === 4 ? formatIPv4(at[0]) : formatIPv6(...at));
          }
        }
        for (let i = 0; i < 2000; i++) asked.add(formatIPv4(word()));
        if (database.metadata.ipVersion === 6)
          for (let i = 0; i < 2000; i++)
            asked.add(formatIPv6(0x2000_0000 + (word() >>> 4), word(), word(), 1));
        let known = 0;
        for (const address of asked) {
          const expected = oracle.get(address) ?? undefined;
          if (expected !== undefined) known++;
          const got = recordOf(database, address);
          if (plain(got) !== plain(expected)) expect({ address, got }).toEqual({ address, got: expected });
        }
        expect(known).toBeGreaterThan(0);
      },
    );

    test.each([
      ['GeoLite2-Country-Test', ['country']],
      ['GeoLite2-City-Test', ['country']],
      ['GeoLite2-ASN-Test', []],
    ])('%s answers what its source says', async (name) => {
      const database = await open(testDatabase(`${name}.mmdb`));
      let asked = 0;
      for (const networks of databaseSource(`${name}.json`)) {
        for (const [network, record] of Object.entries(networks)) {
          const prefix = Prefix.parse(network);
          if (!prefix.ok) throw new Error(network);
          const { family, words: first } = Prefix.parts(prefix.value);
          expect(plain(database.record(family, Uint32Array.from(first)))).toBe(plain(record));
          asked++;
        }
      }
      expect(asked).toBeGreaterThan(200);
    });

    test('facts are what the records say', async () => {
      const country = await open(testDatabase('GeoLite2-Country-Test.mmdb'));
      const asn = await open(testDatabase('GeoLite2-ASN-Test.mmdb'), 0);
      const enterprise = await open(testDatabase('GeoIP2-Enterprise-Test.mmdb'));
      const facts = (database: Database, address: string) =>
        database.lookup(parseAddressWords(address, words), words);
      expect(facts(country, '81.2.69.160')).toEqual({ country: 'GB', continent: 'EU' });
      expect(facts(country, '2001:218::1')).toEqual({ country: 'JP', continent: 'AS' });
      expect(facts(asn, '1.128.0.1')).toEqual({ as: '1221', asName: 'Telstra Pty Ltd' });
      expect(facts(enterprise, '74.209.24.1')).toMatchObject({ country: 'US', as: '14671' });
      expect(facts(country, '127.0.0.1')).toEqual({});
      for (const database of [country, asn, enterprise]) {
        const once = facts(database, '1.128.0.1');
        expect(facts(database, '1.128.0.1')).toEqual(once);
      }
    });
  },
);

/** Every network with a record, found by walking the tree that the oracle reads. */
function networks({ metadata }: Database, bytes: Buffer): readonly Prefix[] {
  const { nodeCount, recordSize, ipVersion } = metadata;
  const found: Prefix[] = [];
  const side = (node: number, right: boolean): number => {
    const at = (node * recordSize) / 4;
    if (recordSize !== 28) return bytes.readUIntBE(at + (right ? recordSize / 8 : 0), recordSize / 8);
    const middle = bytes[at + 3] as number;
    return right
      ? (middle & 15) * 2 ** 24 + bytes.readUIntBE(at + 4, 3)
      : (middle >>> 4) * 2 ** 24 + bytes.readUIntBE(at, 3);
  };
  const walk = (record: number, at: readonly number[], length: number): void => {
    if (record === nodeCount) return;
    if (record > nodeCount) {
      const [a, b, c, d] = [0, 1, 2, 3].map((index) => at[index] ?? 0) as [number, number, number, number];
      const family = ipVersion;
      found.push(Prefix.format({ family, words: [a >>> 0, b >>> 0, c >>> 0, d >>> 0], length }));
      return;
    }
    walk(side(record, false), at, length + 1);
    const set = [...at];
    set[length >>> 5] = (set[length >>> 5] ?? 0) | (1 << (31 - (length & 31)));
    walk(side(record, true), set, length + 1);
  };
  walk(0, [], 0);
  return found.slice(0, 3000);
}
