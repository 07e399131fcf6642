import { Prefix, type Random, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { MrtParser } from './mrt-parser.ts';
import type { RouteSink } from './route-sink.ts';
import { writeMrt } from './testing/write-mrt.ts';
import { TextTableParser } from './text-table-parser.ts';

const SEED = 20_261_122;
const below = (random: Random, bound: number): number => Math.floor(random.next() * bound);

/** Counts, and notes what no parser may ever say. */
function counting(): RouteSink & { routes: number; unknowns: number; mistakes: number; wrong: string } {
  return {
    routes: 0,
    unknowns: 0,
    mistakes: 0,
    wrong: '',
    route(family, words, length, origin) {
      this.routes++;
      if (length < 0 || length > (family === 4 ? 32 : 128)) this.wrong = `length ${length}`;
      if (!(origin > 0 && origin <= 0xffff_ffff)) this.wrong = `origin ${origin}`;
      const [a, b, c, d] = words as unknown as [number, number, number, number];
      const parts = { family, words: [a, b, c, d], length } as const;
      const text = Prefix.format(parts);
      if (Prefix.format(Prefix.parts(text)) !== text) this.wrong = `host bits in ${text}`;
    },
    unknown() {
      this.unknowns++;
    },
    mistake() {
      this.mistakes++;
    },
  };
}

test(`mutated dumps, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const found = counting();
  const originals = [true, false].map((addPath) =>
    writeMrt(
      ['192.0.2.0/24', '2001:db8::/32'].map((prefix) => ({
        prefix: Prefix.parts(prefix as Prefix),
        paths: [
          [64_500, 64_496],
          {
            segments: [
              ['sequence', 1, 23_456],
              ['set', 2],
            ],
            as4: [70_000],
          },
        ],
      })),
      { at: 1, addPath },
    ),
  );
  for (let i = 0; i < 200_000; i++) {
    const bytes = Buffer.from(originals[i & 1] as Buffer);
    for (let left = 1 + below(random, 4); left > 0; left--)
      bytes[below(random, bytes.length)] = below(random, 256);
    const parser = new MrtParser(found);
    if (parser.push(i % 8 === 0 ? bytes.subarray(0, below(random, bytes.length)) : bytes)) parser.end();
  }
  expect(found.wrong).toBe('');
  for (const count of [found.routes, found.unknowns, found.mistakes]) expect(count).toBeGreaterThan(1000);
});

test(`mutated tables, seed ${SEED}`, () => {
  const random = seededRandom(SEED);
  const found = counting();
  const lines = [
    '192.0.2.0\t24\t64496_1,2\n',
    '2001:db8::/32 AS64496 ; x\n',
    '10.0.0.0/8 {1,2}\n',
    '::ffff:1.2.3.0/120 7\n',
  ];
  const pieces = [
    '/',
    '.',
    ':',
    '::',
    '\t',
    '\n',
    '_',
    ',',
    '{',
    'AS',
    '0',
    '99',
    '4294967295',
    ';',
    '\0',
    'ÿ',
  ];
  for (let i = 0; i < 300_000; i++) {
    const line = lines[below(random, lines.length)] as string;
    const at = below(random, line.length);
    const piece = pieces[below(random, pieces.length)] as string;
    const parser = new TextTableParser(found);
    parser.push(Buffer.from(line.slice(0, at) + piece + line.slice(at + below(random, 4)), 'latin1'));
    parser.end();
  }
  expect(found.wrong).toBe('');
  for (const count of [found.routes, found.unknowns, found.mistakes]) expect(count).toBeGreaterThan(1000);
});
