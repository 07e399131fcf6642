import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { canonicalScopeValue, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { FeedReading } from './feed-reading.ts';
import { IndicatorSet } from './indicator-set.ts';
import { IndicatorSetBuilder } from './indicator-set-builder.ts';
import { FEED_FORMATS } from './parse/feed-format.ts';
import { mutatedFeed } from './testing/mutated-feeds.ts';

const SEED = 977;
const ROUNDS = 1_000;
/** Of the parsers alone, for each format; `AEGIS_FUZZ_INPUTS=1000000` is the long form. */
const INPUTS = Number(process.env.AEGIS_FUZZ_INPUTS ?? 2_000);
const BATCH = 50_000;

test(`mutated feeds in every format are taken or refused, never thrown over (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const pick = (count: number): number => Math.floor(random.next() * count);
  let lines = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const text = mutatedFeed(random);
    const format = pick(2) === 0 ? undefined : FEED_FORMATS[pick(FEED_FORMATS.length)];
    const builder = new IndicatorSetBuilder({ random, confidence: 80, most: 1_000 });
    const reading = new FeedReading({
      take: (indicator) => builder.add(indicator),
      ...(format === undefined ? {} : { format }),
    });
    for (let at = 0; at < text.length; at += 50) reading.write(text.slice(at, at + 50));
    const summary = reading.end();
    lines += summary.lines;
    const counted = Object.values(summary.reasons).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(summary.unreadable + summary.declined);
    const set = new IndicatorSet(builder.finish());
    expect(set.size).toBeLessThanOrEqual(summary.taken);
    for (const row of set.rows()) {
      const scope = set.scope(row);
      expect(set.find(scope, set.value(row))).toBe(row);
      expect(set.confidence(row)).toBeLessThanOrEqual(100);
    }
  }
  expect(lines).toBeGreaterThan(ROUNDS);
});

test.each(['auto', ...FEED_FORMATS] as const)(
  `${INPUTS} mutated feeds are read as %s, and everything that is taken is in its one spelling (seed ${SEED})`,
  { timeout: 120_000 + INPUTS * 5 },
  async (format) => {
    const random = seededRandom(SEED);
    const wrong: string[] = [];
    let taken = 0;
    for (let input = 1; input <= INPUTS; input++) {
      const text = mutatedFeed(random);
      const reading = new FeedReading({
        take: ({ scope, value }) => {
          const canonical = canonicalScopeValue(scope, value);
          if (!canonical.ok || canonical.value !== value) wrong.push(`${scope} ${JSON.stringify(value)}`);
          taken++;
          return undefined;
        },
        ...(format === 'auto' ? {} : { format }),
      });
      const cut = Math.floor(random.next() * text.length);
      try {
        reading.write(text.slice(0, cut));
        reading.write(text.slice(cut));
        const { unreadable, declined, reasons } = reading.end();
        const counted = Object.values(reasons).reduce((sum, count) => sum + count, 0);
        if (counted !== unreadable + declined) wrong.push(`counts of ${JSON.stringify(text)}`);
      } catch (error) {
        wrong.push(`${JSON.stringify(text)}: ${String(error)}`);
      }
      if (input % BATCH === 0) await yieldToOthers();
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(taken).toBeGreaterThan(INPUTS / 100);
  },
);
