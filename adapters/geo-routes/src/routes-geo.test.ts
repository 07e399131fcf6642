import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  type Logger,
  ManualClock,
  Prefix,
  parseAddressWords,
  seededRandom,
  silentLogger,
} from '@aegis/model';
import { PrefixTable } from '@aegis/netset';
import type { Geo } from '@aegis/ports';
import { geoConformance } from '@aegis/ports/conformance';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRoutesGeo } from './routes-geo.ts';
import { writeMrt } from './testing/write-mrt.ts';

let folder = '';
const START = Date.UTC(2026, 10, 22);
const path = (): string => join(folder, 'routes');
const replaceBy = (bytes: Buffer | string): void => {
  writeFileSync(`${path()}.new`, bytes);
  renameSync(`${path()}.new`, path());
};
const makeFolder = (): void => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-routes-'));
};
const opened = (
  clock = new ManualClock(START),
  logger: Logger = silentLogger,
  staleAfterMs?: number,
): Promise<Geo> =>
  openRoutesGeo({
    path: path(),
    cache: 1000,
    maxBytes: 1e8,
    clock,
    logger,
    ...(staleAfterMs === undefined ? {} : { staleAfterMs }),
  });

const dump = (routes: Readonly<Record<string, number>>, at: number = START / 1000): Buffer =>
  writeMrt(
    Object.entries(routes).map(([prefix, origin]) => ({
      prefix: Prefix.parts(prefix as Prefix),
      paths: [
        [64_500, 64_501, origin + 1],
        [64_502, origin],
      ],
    })),
    { at },
  );
const tableText = (routes: Readonly<Record<string, number>>): string =>
  Object.entries(routes)
    .map(([prefix, origin]) => `${prefix.replace('/', '\t')}\t${origin}\n`)
    .join('');

const FIRST = { '192.0.2.0/28': 64_496, '2001:db8::/48': 4_200_000_000 };
const SECOND = { '192.0.2.0/28': 64_497 };
for (const [name, write] of Object.entries({
  'MRT, gzip': (routes: Readonly<Record<string, number>>) => gzipSync(dump(routes)),
  'prefix table': tableText,
})) {
  geoConformance(name, {
    facts: { '192.0.2.1': { as: '64496' }, '2001:db8::1': { as: '4200000000' } },
    replaced: { '192.0.2.1': { as: '64497' }, '2001:db8::1': {} },
    async open() {
      makeFolder();
      replaceBy(write(FIRST));
      return opened();
    },
    replace: async () => replaceBy(write(SECOND)),
    truncate: async () => truncateSync(path(), 10),
    remove: async () => rmSync(path()),
    cleanup: async () => rmSync(folder, { recursive: true }),
  });
}

describe('a file of routes', () => {
  const words = new Uint32Array(4);
  const at = (geo: Geo, address: string) => geo.lookup(parseAddressWords(address, words), words);
  beforeEach(makeFolder);
  afterEach(() => rmSync(folder, { recursive: true }));

  test('of a live source is marked stale when it is older than 900 s, and fresh when it is renewed', async () => {
    const clock = new ManualClock(START);
    replaceBy(dump(FIRST));
    const geo = await opened(clock, silentLogger, 900_000);
    clock.advance(900_000);
    expect(at(geo, '192.0.2.1')).toEqual({ as: '64496' });
    clock.advance(1);
    expect(at(geo, '192.0.2.1')).toEqual({ as: '64496', stale: true });
    replaceBy(dump(SECOND, clock.now() / 1000));
    await geo.refresh();
    await geo.refresh();
    expect(at(geo, '192.0.2.1')).toEqual({ as: '64497' });
    await geo.close();
  });

  test.each([
    ['bzip2', Buffer.from('BZh91AY&SY'), 'decompress it'],
    ['nothing', '', 'is empty'],
    ['half a gzip', gzipSync(dump(FIRST)).subarray(0, 60), 'cannot be read: unexpected end of file'],
    ['no routes', dump({}), 'has no prefix with an origin'],
    ['a page', '<html>\n<body>sign in</body>\n', 'mistakes, the first in line 1: expected a prefix'],
    ['a bomb', gzipSync(Buffer.alloc(2e7)), 'record'],
  ])('%s is refused with the reason', async (_, bytes, reason) => {
    replaceBy(bytes);
    const errors: string[] = [];
    const geo = await opened(new ManualClock(START), {
      ...silentLogger,
      error: (_fields, text) => errors.push(text),
    });
    expect(errors).toEqual([expect.stringContaining(reason)]);
    expect(at(geo, '192.0.2.1')).toEqual({});
    await geo.close();
  });

  test('what is larger decompressed than allowed is refused', async () => {
    replaceBy(gzipSync('; a comment\n'.repeat(100_000)));
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (_, text) => errors.push(text) };
    const geo = await openRoutesGeo({
      path: path(),
      cache: 1,
      maxBytes: 5000,
      clock: new ManualClock(),
      logger,
    });
    expect(errors).toEqual([expect.stringContaining('more than 50000 bytes decompressed')]);
    await geo.close();
  });

  test('zstd is read as well', async () => {
    replaceBy(zstdCompressSync(dump(FIRST)));
    const geo = await opened();
    expect(at(geo, '192.0.2.1')).toEqual({ as: '64496' });
    await geo.close();
  });
});

const PREFIXES = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '..',
  'shared',
  'data',
  'prefixes',
  'prefixes.txt.gz',
);
const havePrefixes = existsSync(PREFIXES);
describe.runIf(havePrefixes)(
  'a million announced prefixes (../shared/data/prefixes; skipped where absent)',
  () => {
    beforeEach(makeFolder);
    afterEach(() => rmSync(folder, { recursive: true }));

    test('are answered as PrefixTable answers, and taken in while the loop turns', {
      timeout: 180_000,
    }, async () => {
      const random = seededRandom(9);
      const expected = new PrefixTable({ random });
      const lines = gunzipSync(readFileSync(PREFIXES)).toString().trim().split(/\r?\n/);
      const table = lines.map((line, index) => {
        expected.insert(Prefix.parts(line as Prefix), (index % 80_000) + 1);
        return `${line} ${(index % 80_000) + 1}\n`;
      });
      replaceBy(gzipSync(table.join(''), { level: 1 }));
      let turns = 0;
      const turning = setInterval(() => turns++, 5);
      const geo = await opened();
      clearInterval(turning);
      // Not one turn after the other would do: the work is in another thread.
      expect(turns).toBeGreaterThan(20);
      expect(geo.sources()[0]?.inForce).toMatchObject({ type: 'prefix table', entries: lines.length });
      expect(geo.sources()[0]?.inForce?.bytes).toBeLessThan(40_000_000);
      const words = new Uint32Array(4);
      for (let i = 0; i < 200_000; i++) {
        const { family, words: first } = Prefix.parts(
          lines[Math.floor(random.next() * lines.length)] as Prefix,
        );
        words.set(first);
        if (i % 2 === 0) words[family === 4 ? 0 : 1] = Math.floor(random.next() * 2 ** 32);
        const value = expected.lookup(family, words);
        const { as } = geo.lookup(family, words);
        if (as !== (value < 0 ? undefined : String(value)))
          expect({ first, as }).toEqual({ first, as: value });
      }
      await geo.close();
    });
  },
);
