import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, ManualClock, Prefix, parseAddressWords, silentLogger } from '@aegis/model';
import type { Geo } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMmdbGeo } from './mmdb-geo.ts';
import { writeMmdb } from './testing/write-mmdb.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-swap-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The same networks in each, with another country: a mixture of two would be seen. */
const COUNTRIES = ['DE', 'FR', 'JP', 'BR', 'NO'];
const NETWORKS = Array.from({ length: 64 }, (_, i) => Prefix.parts(`198.18.${i * 4}.0/22` as Prefix));
const BUILDS = COUNTRIES.map((code, build) =>
  writeMmdb({
    type: 'Swap',
    recordSize: build % 2 === 0 ? 24 : 32,
    entries: NETWORKS.map((prefix, network) => ({
      prefix,
      record: { country: { iso_code: code }, autonomous_system_number: 1000 * (build + 1) + network },
    })),
  }),
);

const words = new Uint32Array(4);
const at = (geo: Geo, network: number) => {
  words[0] = ((NETWORKS[network] as { words: readonly number[] }).words[0] as number) + 77;
  return geo.lookup(4, words);
};

/** The build that answers: each answer must be wholly of one. */
function buildOf(geo: Geo, network: number): number {
  const { country = '', as = '0' } = at(geo, network);
  const build = COUNTRIES.indexOf(country);
  expect(as).toBe(String(1000 * (build + 1) + network));
  return build;
}

function messages(): { logger: Logger; errors: string[] } {
  const errors: string[] = [];
  const logger: Logger = { ...silentLogger, error: (_, message) => errors.push(message) };
  return { logger, errors };
}

test('300 swaps by every way of replacing a file: not one wrong or missing answer', {
  timeout: 180_000,
}, async () => {
  const versions = join(folder, 'versions');
  mkdirSync(versions);
  for (const [build, bytes] of BUILDS.entries()) {
    mkdirSync(join(versions, String(build)));
    writeFileSync(join(versions, String(build), 'geo.mmdb'), bytes);
  }
  // As Kubernetes does: the path goes through a link that is swapped.
  const data = join(folder, '..data');
  symlinkSync(join(versions, '0'), data);
  const linked = join(folder, 'linked.mmdb');
  symlinkSync(join('..data', 'geo.mmdb'), linked);
  const plain = join(folder, 'plain.mmdb');
  writeFileSync(plain, BUILDS[0] as Buffer);

  const { logger, errors } = messages();
  const options = { cache: 32, maxBytes: 1e7, clock: new ManualClock(), logger };
  const behindLink = await openMmdbGeo({ path: linked, ...options });
  const atPath = await openMmdbGeo({ path: plain, ...options });

  let asked = 0;
  let swapping = true;
  const newest = { behindLink: 0, atPath: 0 };
  /** 1,000 look-ups a turn in some 250 turns a second and more: well above 10,000 a second. */
  const asking = async (): Promise<void> => {
    while (swapping) {
      for (let i = 0; i < 500; i++) {
        buildOf(behindLink, asked % 64);
        buildOf(atPath, asked % 64);
        asked += 2;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const asker = asking();
  const look = async (): Promise<void> => {
    await Promise.all([behindLink.refresh(), atPath.refresh()]);
  };
  try {
    for (let swap = 1; swap <= 300; swap++) {
      const build = swap % BUILDS.length;
      const bytes = BUILDS[build] as Buffer;
      symlinkSync(join(versions, String(build)), `${data}.new`);
      renameSync(`${data}.new`, data);
      switch (swap % 4) {
        case 0:
          writeFileSync(plain, bytes);
          break;
        case 1:
          writeFileSync(`${plain}.new`, bytes);
          renameSync(`${plain}.new`, plain);
          break;
        case 2:
          // Written in place, and looked at half-way.
          writeFileSync(plain, bytes.subarray(0, bytes.length >> 1));
          await look();
          writeFileSync(plain, bytes);
          break;
        default:
          rmSync(plain);
          await look();
          writeFileSync(plain, bytes);
      }
      await look();
      await look();
      newest.behindLink = buildOf(behindLink, swap % 64);
      newest.atPath = buildOf(atPath, swap % 64);
      expect({ swap, ...newest }).toEqual({ swap, behindLink: build, atPath: build });
    }
  } finally {
    swapping = false;
    await asker;
  }
  expect(errors).toEqual([]);
  expect(asked).toBeGreaterThan(100_000);
  await behindLink.close();
  await atPath.close();
});

test('a broken file is told once, with the file, the reason and the mend; then that it is good again', async () => {
  const path = join(folder, 'geo.mmdb');
  writeFileSync(path, BUILDS[0] as Buffer);
  const { logger, errors } = messages();
  const geo = await openMmdbGeo({ path, cache: 32, maxBytes: 1e7, clock: new ManualClock(), logger });
  truncateSync(path, 500);
  for (let i = 0; i < 10; i++) await geo.refresh();
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain(`${path} is no MaxMind DB or is cut off`);
  expect(errors[0]).toContain('Swap of 2026-11-01 stays');
  expect(errors[0]).toContain('write it beside and rename it');
  expect(geo.sources()[0]?.trouble).toBe(errors[0]);
  expect(buildOf(geo, 5)).toBe(0);
  rmSync(path);
  for (let i = 0; i < 10; i++) await geo.refresh();
  expect(errors).toHaveLength(2);
  expect(errors[1]).toContain('does not exist');
  expect(buildOf(geo, 5)).toBe(0);
  writeFileSync(path, BUILDS[1] as Buffer);
  await geo.refresh();
  await geo.refresh();
  expect(buildOf(geo, 5)).toBe(1);
  expect(geo.sources()[0]).toMatchObject({ trouble: '', loads: 2, refusals: 1 });
  await geo.close();
});

test('a file that is not there at first is told of and taken in when it comes', async () => {
  const path = join(folder, 'later.mmdb');
  const { logger, errors } = messages();
  const geo = await openMmdbGeo({ path, cache: 0, maxBytes: 1e7, clock: new ManualClock(), logger });
  await geo.refresh();
  expect(errors).toEqual([expect.stringContaining('nothing answers in its place')]);
  expect(at(geo, 1)).toEqual({});
  expect(geo.lookup(parseAddressWords('nonsense', words), words)).toEqual({});
  writeFileSync(path, BUILDS[2] as Buffer);
  await geo.refresh();
  await geo.refresh();
  expect(buildOf(geo, 1)).toBe(2);
  await geo.close();
});

test('a file that is too large is refused unread', async () => {
  const path = join(folder, 'geo.mmdb');
  writeFileSync(path, BUILDS[0] as Buffer);
  const { logger, errors } = messages();
  const geo = await openMmdbGeo({ path, cache: 0, maxBytes: 100, clock: new ManualClock(), logger });
  expect(errors).toEqual([expect.stringContaining('more than the 100 that are read')]);
  expect(at(geo, 1)).toEqual({});
  await geo.close();
});
