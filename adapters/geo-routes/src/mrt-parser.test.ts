import { Prefix } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import { readPathEnd } from './as-path.ts';
import { chooseOrigin } from './choose-origin.ts';
import { MrtParser } from './mrt-parser.ts';
import { gather } from './testing/gathered.ts';
import { type MrtRoute, mrtRecord, pathAttributes, writeMrt } from './testing/write-mrt.ts';

const AT = 1_793_491_200;
const route = (prefix: string, ...paths: MrtRoute['paths']): MrtRoute => ({
  prefix: Prefix.parts(prefix as Prefix),
  paths,
});
const DUMP = [
  route('192.0.2.0/24', [64_500, 64_501, 64_496], [64_502, 64_497]),
  route('198.51.100.128/25', [4_200_000_000]),
  route('0.0.0.0/0', [64_500, 64_499]),
  route('2001:db8::/32', [64_500, 64_498]),
  route('2001:db8:8000::/33', [64_500, 64_494]),
  route('2001:db8::1/128', [64_493]),
];
const READ = [
  '192.0.2.0/24 64497',
  '198.51.100.128/25 4200000000',
  '0.0.0.0/0 64499',
  '2001:db8::/32 64498',
  '2001:db8:8000::/33 64494',
  '2001:db8::1/128 64493',
];

describe('the origin of a path', () => {
  const end = (path: MrtRoute['paths'][number]) => {
    const bytes = pathAttributes(path);
    return readPathEnd(bytes, 0, bytes.length);
  };

  test.each([
    ['a sequence', [1, 2, 3], { length: 3, origin: 3 }],
    ['the own prefix of a peer', [9], { length: 1, origin: 9 }],
    ['prepended', [1, 3, 3, 3], { length: 4, origin: 3 }],
    ['32 hops', Array.from({ length: 32 }, (_, i) => i + 1), { length: 32, origin: 32 }],
    ['70 kinds of hops', Array.from({ length: 70 }, (_, i) => i + 1), undefined],
    ['33 hops', Array.from({ length: 33 }, (_, i) => i + 1), undefined],
    ['none', { segments: [] }, undefined],
    ['AS 0', [1, 0, 3], undefined],
    [
      'a set at the end',
      {
        segments: [
          ['sequence', 1],
          ['set', 2, 3],
        ],
      },
      undefined,
    ],
    [
      'a set of one',
      {
        segments: [
          ['sequence', 1],
          ['set', 2],
        ],
      },
      { length: 2, origin: 2 },
    ],
    [
      'a set on the way',
      {
        segments: [
          ['set', 1, 2, 3],
          ['sequence', 4],
        ],
      },
      { length: 2, origin: 4 },
    ],
    [
      'a confederation',
      {
        segments: [
          ['confed', 7, 8],
          ['sequence', 4],
        ],
      },
      { length: 1, origin: 4 },
    ],
    ['only a confederation', { segments: [['confed', 7, 8]] }, undefined],
    [
      'an origin in the other attribute',
      { segments: [['sequence', 1, 23_456]], as4: [1, 70_000] },
      { length: 2, origin: 70_000 },
    ],
    ['an origin that is nowhere', [1, 23_456], undefined],
  ] as const)('%s', (_, path, expected) => {
    expect(end(path)).toEqual(expected);
  });

  test('attributes that are cut off are none', () => {
    const bytes = pathAttributes([1, 2, 3]);
    for (let cut = 5; cut < bytes.length; cut++) expect(readPathEnd(bytes, 0, cut)).toBeUndefined();
  });

  test('the shortest, then the most, then the lowest', () => {
    const of = (...paths: readonly (readonly [number, number])[]) =>
      chooseOrigin(paths.map(([length, origin]) => ({ length, origin })));
    expect(of()).toBeUndefined();
    expect(of([3, 1], [2, 9], [3, 1])).toBe(9);
    expect(of([2, 1], [2, 9], [2, 9])).toBe(9);
    expect(of([2, 9], [2, 1])).toBe(1);
    expect(of([2, 1], [2, 9])).toBe(1);
  });
});

describe.each([true, false])('a dump, with path identifiers: %s', (addPath) => {
  const bytes = writeMrt(DUMP, { at: AT, addPath });

  test('is read whole', () => {
    const found = gather();
    const parser = new MrtParser(found);
    expect(parser.push(bytes)).toBe(true);
    expect(parser.end()).toBe(true);
    expect(parser.asOf).toBe(AT * 1000);
    expect(found).toMatchObject({ routes: READ, unknowns: 0, mistakes: [] });
  });

  test.each([1, 7, 64])('is read in pieces of %i bytes', (size) => {
    const found = gather();
    const parser = new MrtParser(found);
    for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
    expect(parser.end()).toBe(true);
    expect(found.routes).toEqual(READ);
  });
});

test('a prefix without a valid path is unknown, other records are passed over', () => {
  const bytes = Buffer.concat([
    writeMrt([route('192.0.2.0/24', [0]), route('198.51.100.0/24')], { at: AT }),
    mrtRecord(AT, 6, Buffer.from('anything')),
    writeMrt([route('203.0.113.0/24', [64_496])], { at: AT }),
  ]);
  const found = gather();
  new MrtParser(found).push(bytes);
  expect(found).toMatchObject({ routes: ['203.0.113.0/24 64496'], unknowns: 2, mistakes: [] });
});

test('mistakes are told with their place and reason, and the next records are read', () => {
  const bytes = Buffer.concat([
    mrtRecord(AT, 2, Buffer.of(0, 0, 0, 1, 33, 1, 2, 3, 4, 5, 0, 0)),
    mrtRecord(AT, 2, Buffer.of(0, 0, 0, 1, 24, 1, 2, 3, 0, 9)),
    mrtRecord(AT, 4, Buffer.of(0, 0, 0, 1)),
    writeMrt([route('203.0.113.0/24', [64_496])], { at: AT }),
  ]);
  const found = gather();
  const parser = new MrtParser(found);
  expect(parser.push(bytes)).toBe(true);
  expect(found.routes).toEqual(['203.0.113.0/24 64496']);
  expect(found.mistakes).toEqual([
    'byte 0: a prefix of 33 bits',
    'byte 24: a record that is cut off',
    'byte 46: a record that is cut off',
  ]);
});

test('bits after a prefix do not count', () => {
  const found = gather();
  const attributes = pathAttributes([64_496]);
  const entry = Buffer.concat([Buffer.alloc(7), Buffer.of(attributes.length), attributes]);
  const body = Buffer.concat([Buffer.of(0, 0, 0, 1, 9, 10, 0xff, 0, 1), entry]);
  new MrtParser(found).push(mrtRecord(AT, 2, body));
  expect(found.routes).toEqual(['10.128.0.0/9 64496']);
});

test('a dump that is cut off, or has a record without end, is not read on', () => {
  const found = gather();
  const parser = new MrtParser(found);
  parser.push(writeMrt(DUMP, { at: AT }).subarray(0, -3));
  expect(parser.end()).toBe(false);
  expect(found.mistakes).toEqual([expect.stringMatching(/^byte \d+: ends within a record$/)]);
  const endless = Buffer.from(mrtRecord(AT, 2, Buffer.alloc(0)));
  endless.writeUInt32BE(0xffff_ffff, 8);
  expect(new MrtParser(found).push(endless)).toBe(false);
  expect(found.mistakes[1]).toBe('byte 0: a record of 4294967295 bytes');
});
