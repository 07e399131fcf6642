import { expect, test } from 'vitest';
import { gather } from './testing/gathered.ts';
import { TextTableParser } from './text-table-parser.ts';

function read(text: string, piece: number = text.length) {
  const found = gather();
  const parser = new TextTableParser(found);
  for (let at = 0; at < text.length; at += piece)
    parser.push(Buffer.from(text.slice(at, at + piece), 'latin1'));
  parser.end();
  return found;
}

const TABLE = `; IP-ASN32-DAT file
# another comment
1.0.0.0\t24\t13335
1.0.4.0/22\t38803
1.0.5.0/24 AS38803 ; said of this line

2001:db8::\t32\t64496
::ffff:192.0.2.0/120 64497\r
10.1.2.3/8 64498`;
const ROUTES = [
  '1.0.0.0/24 13335',
  '1.0.4.0/22 38803',
  '1.0.5.0/24 38803',
  '2001:db8::/32 64496',
  '192.0.2.0/24 64497',
  '10.0.0.0/8 64498',
];

test.each([1, 5, 4096])('tables of several makers, in pieces of %i', (piece) => {
  expect(read(TABLE, piece)).toMatchObject({ routes: ROUTES, unknowns: 0, mistakes: [] });
});

test('of several origins the first counts, a set names none', () => {
  const found = read(
    '192.0.2.0 24 64496_64497\n198.51.100.0 24 64496,64497\n203.0.113.0 24 64496_1,2\n10.0.0.0 8 {5,6}\n11.0.0.0 8 0\n',
  );
  expect(found).toMatchObject({
    routes: ['192.0.2.0/24 64496', '203.0.113.0/24 64496'],
    unknowns: 3,
    mistakes: [],
  });
});

test('mistakes are told with their line, and the next lines are read', () => {
  const found = read(
    [
      '192.0.2.0/33 1',
      'nonsense',
      '192.0.2.0/24',
      '192.0.2.0/24 4294967296',
      '192.0.2.0/24 x',
      '192.0.2.0/24 1 2',
      '192.0.2.0/24 7',
    ].join('\n'),
  );
  expect(found.routes).toEqual(['192.0.2.0/24 7']);
  expect(found.mistakes.map((mistake) => mistake.split(':')[0])).toEqual(
    [1, 2, 3, 4, 5, 6].map((line) => `line ${line}`),
  );
  expect(found.mistakes[1]).toBe(
    'line 2: expected a prefix and an AS number as in 192.0.2.0/24 64496, found "nonsense"',
  );
});

test('a line without end takes no memory and is one mistake', () => {
  const found = gather();
  const parser = new TextTableParser(found);
  for (let i = 0; i < 1000; i++) parser.push(Buffer.alloc(64 * 1024, 'x'));
  parser.push(Buffer.from('\n192.0.2.0/24 7\n'));
  expect(found.mistakes).toEqual(['line 1: is longer than 1024 characters']);
  expect(found.routes).toEqual(['192.0.2.0/24 7']);
});
