import { type PrefixParts, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { PrefixReader } from './prefix-reader.ts';
import { MOST_MATCHES, PrefixTable } from './prefix-table.ts';
import { RecentAnswers } from './recent-answers.ts';

const SEED = 31;

test('an answer is known of the address it was kept for, until the table changes', () => {
  const recent = new RecentAnswers();
  const cell = recent.cellOf(-5);
  expect(recent.count(cell, -5)).toBe(-1);
  expect(recent.count(recent.cellOf(0), 0)).toBe(-1);
  recent.keep(cell, -5, 1, 77);
  expect([recent.count(cell, -5), recent.value(cell)]).toEqual([1, 77]);
  expect(recent.count(cell, -6)).toBe(-1);
  recent.keep(cell, -5, 0, -1);
  expect(recent.count(cell, -5)).toBe(0);
  recent.forget();
  expect(recent.count(cell, -5)).toBe(-1);
});

/** Few addresses that are asked again and again, so that nearly every answer would be one that was kept. */
test(`no answer outlives a change, here or for a reader (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const table = PrefixTable.shared({ random, mostBytes: 1 << 28 });
  const reader = PrefixReader.attach(table.buffer as SharedArrayBuffer);
  const host = (word: number): PrefixParts => ({ family: 4, words: [word, 0, 0, 0], length: 32 });
  const fill = (into: PrefixTable): void => {
    // Enough for a guide, away from the addresses that are asked about.
    for (let i = 0; i < 70_000; i++) into.insert(host(0x6000_0000 + i * 911), 1);
  };
  fill(table);
  const base = 0x0b00_0000;
  const held = new Map<string, { readonly word: number; readonly length: number; readonly value: number }>();
  const enclosing = (address: number): readonly number[] =>
    [...held.values()]
      .filter(({ word, length }) => length === 0 || (address ^ word) >>> (32 - length) === 0)
      .sort((a, b) => b.length - a.length)
      .map(({ value }) => value);
  const words = new Uint32Array(4);
  const out = new Int32Array(MOST_MATCHES);
  const wrong: string[] = [];
  for (let step = 0; step < 3_000; step++) {
    const length = [32, 32, 32, 30, 24, 20, 9, 8, 0][below(9)] as number;
    const address = base + below(4) * 256 + below(4);
    const word = length === 0 ? 0 : (address & (0xffff_ffff << (32 - length))) >>> 0;
    const parts: PrefixParts = { family: 4, words: [word, 0, 0, 0], length };
    const key = `${word}/${length}`;
    if (step % 500 === 499) {
      const next = table.successor();
      fill(next);
      table.succeed();
      held.clear();
    } else if (held.has(key) && below(2) === 0) {
      table.delete(parts);
      held.delete(key);
    } else {
      table.insert(parts, step);
      held.set(key, { word, length, value: step });
    }
    for (let i = 0; i < 16; i++) {
      const asked = base + (i >> 2) * 256 + (i & 3);
      const expected = enclosing(asked);
      words[0] = asked;
      for (const [name, from] of [
        ['table', table],
        ['reader', reader],
      ] as const) {
        // Either way first, as what one keeps the other finds.
        const first = step % 2 === 0 ? from.lookupIPv4(asked) : undefined;
        const matches = [...out.subarray(0, from.matches(4, words, out))].join();
        const longest = first ?? from.lookupIPv4(asked);
        if (longest !== (expected[0] ?? -1))
          wrong.push(`step ${step}, ${name}: ${longest}, not ${expected[0]}`);
        if (matches !== expected.join())
          wrong.push(`step ${step}, ${name}: ${matches}, not ${expected.join()}`);
      }
    }
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});
