import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { formatIPv4, formatIPv6, Prefix, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { PrefixTable } from './prefix-table.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data/prefixes/prefixes.txt.gz', import.meta.url));
const SEED = 20_260_822;

/** The oracle is of another make than the table: a Map for each length, keyed by the bits of the prefix as text. */
function bitsOf(words: readonly number[]): string {
  return words.map((word) => word.toString(2).padStart(32, '0')).join('');
}

test.runIf(existsSync(DATA))(
  `announced prefixes (../shared/data/prefixes, seed ${SEED}; skipped where absent)`,
  { timeout: 120_000 },
  () => {
    const random = seededRandom(SEED);
    const below = (limit: number): number => Math.floor(random.next() * limit);
    const lines = gunzipSync(readFileSync(DATA)).toString('latin1').trim().split(/\r?\n/);
    const nets = new PrefixTable({ random: seededRandom(SEED + 1) });
    const byLength = { 4: new Map<number, Map<string, number>>(), 6: new Map<number, Map<string, number>>() };
    const sample: Prefix[] = [];
    const seen = new Set<string>();
    while (sample.length < 200_000) {
      const parsed = Prefix.parse(lines[below(lines.length)] as string);
      if (!parsed.ok) throw new Error(parsed.error.message);
      if (seen.has(parsed.value)) continue;
      seen.add(parsed.value);
      const { family, words, length } = Prefix.parts(parsed.value);
      const entries = byLength[family].get(length) ?? new Map<string, number>();
      byLength[family].set(length, entries.set(bitsOf(words).slice(0, length), sample.length));
      nets.insert(parsed.value, sample.length);
      sample.push(parsed.value);
    }
    expect(nets.size).toBe(200_000);

    const expected = (family: 4 | 6, words: readonly number[]): number => {
      const bits = bitsOf(words);
      for (let length = family === 4 ? 32 : 128; length >= 0; length--) {
        const value = byLength[family].get(length)?.get(bits.slice(0, length));
        if (value !== undefined) return value;
      }
      return -1;
    };
    const wrong: string[] = [];
    const hitsOf = (rounds: number): number => {
      let hits = 0;
      for (let i = 0; i < rounds; i++) {
        // Half of the addresses lie inside a prefix of the sample, half are anywhere.
        const { family, words: net } = Prefix.parts(sample[below(sample.length)] as Prefix);
        const noise = i % 2 === 0 ? 0xffff_ffff : 0xff;
        const words = net.map((word) => (word ^ (below(0x1_0000_0000) & noise)) >>> 0);
        const [w0, w1, w2, w3] = words as [number, number, number, number];
        const text = family === 4 ? formatIPv4(w0) : formatIPv6(w0, w1, w2, w3);
        const answer = nets.lookupText(text);
        if (answer !== expected(family, words)) wrong.push(text);
        if (answer >= 0) hits++;
      }
      return hits;
    };
    expect(hitsOf(20_000)).toBeGreaterThan(5_000);

    for (const [value, net] of sample.entries()) {
      if (value % 2 === 1) continue;
      if (nets.delete(net) !== value) wrong.push(net);
      const { family, words, length } = Prefix.parts(net);
      byLength[family].get(length)?.delete(bitsOf(words).slice(0, length));
    }
    expect(nets.size).toBe(100_000);
    expect(hitsOf(5_000)).toBeGreaterThan(1_000);
    expect(wrong).toEqual([]);
  },
);
