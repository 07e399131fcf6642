import { seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { FeedReading } from './feed-reading.ts';
import { IndicatorSet } from './indicator-set.ts';
import { IndicatorSetBuilder } from './indicator-set-builder.ts';
import { FEED_FORMATS } from './parse/feed-format.ts';

const SEED = 977;
const ROUNDS = 4_000;

const SAMPLES: readonly string[] = [
  '# x\n192.0.2.1\n198.51.100.0/24 ; a\nevil[.]example\nhxxp://b.example/x\n2001:db8::/32\n',
  '192.0.2.0/24 ; SBL1\n198.51.100.0/24 ; SBL2\n',
  '{"cidr":"192.0.2.0/24","sblid":"SBL1"}\n{"asn":64496}\n{"type":"metadata"}\n',
  '0.0.0.0 bad.example\n127.0.0.1 localhost\n',
  '192.0.2.1\t8\n192.0.2.2\t1\n',
  '# "ioc_value","ioc_type","confidence_level"\n"192.0.2.1:4", "ip:port", "75"\n"a.example","domain","1"\n',
  '{"Event":{"info":"x","Attribute":[{"type":"domain|ip","value":"a.example|192.0.2.1","to_ids":true}],"Object":[{"Attribute":[]}]}}\n',
  '{"type":"bundle","objects":[{"type":"indicator","id":"i--1","pattern":"[ipv4-addr:value = \'192.0.2.1\']","pattern_type":"stix","confidence":7}]}\n',
];
const PIECES = [
  '\n',
  '"',
  "'",
  ',',
  ';',
  '\t',
  '{',
  '}',
  '[',
  ']',
  '\u0000',
  '\ud800',
  '__proto__',
  '1e999',
  'null',
  '/33',
  '[.]',
  '\\',
  '999999999999',
  '\u202e',
  'true',
  '[]',
];

test(`mutated feeds in every format are taken or refused, never thrown over (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const pick = (count: number): number => Math.floor(random.next() * count);
  let lines = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let text = SAMPLES[pick(SAMPLES.length)] as string;
    for (let changes = pick(6); changes >= 0; changes--) {
      const at = pick(text.length + 1);
      const kind = pick(4);
      if (kind === 0) text = text.slice(0, at) + PIECES[pick(PIECES.length)] + text.slice(at);
      else if (kind === 1) text = text.slice(0, at) + text.slice(at + pick(8));
      else if (kind === 2) text = text.slice(0, at) + String.fromCharCode(pick(0x250)) + text.slice(at + 1);
      else text += text.slice(pick(text.length + 1), at);
    }
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
