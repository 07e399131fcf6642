import { expect, test } from 'vitest';
import { FeedReading, type FeedReadingOptions, type FeedSummary } from './feed-reading.ts';
import type { Indicator } from './indicator.ts';

interface Read {
  readonly summary: FeedSummary;
  readonly indicators: readonly Indicator[];
  /** `scope value`. */
  readonly names: readonly string[];
}

function read(
  text: string,
  options: Partial<FeedReadingOptions> = {},
  piece: number = text.length || 1,
): Read {
  const indicators: Indicator[] = [];
  const reading = new FeedReading({
    take: (indicator) => {
      indicators.push(indicator);
      return undefined;
    },
    ...options,
  });
  for (let at = 0; at < text.length; at += piece) reading.write(text.slice(at, at + piece));
  const summary = reading.end();
  return { summary, indicators, names: indicators.map(({ scope, value }) => `${scope} ${value}`) };
}

const PLAIN =
  '# a list\r\n192.0.2.1\r\n198.51.100.0/24 ; scanners\r\nevil[.]example # c2\r\n\r\nnonsense\r\n';

test('a plain list', () => {
  const { summary, indicators, names } = read(PLAIN);
  expect(names).toEqual(['ip 192.0.2.1', 'range 198.51.100.0/24', 'domain evil.example']);
  expect(indicators[1]?.about).toBe('scanners');
  expect(indicators[2]?.about).toBe('c2');
  expect(summary).toMatchObject({
    format: 'plain',
    lines: 6,
    taken: 3,
    unreadable: 1,
    reasons: { 'not an indicator': 1 },
    examples: [{ line: 6, reason: 'not an indicator', text: 'nonsense' }],
  });
});

test('pieces of any size give the same', () => {
  for (const piece of [1, 2, 3, 7, 64]) expect(read(PLAIN, {}, piece)).toEqual(read(PLAIN));
});

test('Spamhaus DROP as text and as JSON lines', () => {
  const drop = read('; Spamhaus DROP List\n192.0.2.0/24 ; SBL1\n198.51.100.0/24 ; SBL2\n');
  expect(drop.summary.format).toBe('drop');
  expect(drop.names).toEqual(['range 192.0.2.0/24', 'range 198.51.100.0/24']);
  expect(drop.indicators.map(({ about }) => about)).toEqual(['SBL1', 'SBL2']);
  const json = read(
    '{"cidr":"192.0.2.0/24","sblid":"SBL1","rir":"arin"}\n{"asn":64496,"asname":"BAD-AS"}\n{"type":"metadata","size":2}\n{"x":1}\n',
  );
  expect(json.summary).toMatchObject({ format: 'drop_json', taken: 2, unreadable: 1 });
  expect(json.names).toEqual(['range 192.0.2.0/24', 'as 64496']);
});

test('a hosts file', () => {
  const { summary, names } = read(
    '127.0.0.1 localhost\n0.0.0.0 bad.example worse.example # x\n0.0.0.0 c.example\n',
  );
  expect(summary.format).toBe('hosts');
  expect(names).toEqual(['domain bad.example', 'domain worse.example', 'domain c.example']);
});

test('a list of addresses with counts', () => {
  const { summary, indicators } = read('# IPsum\n192.0.2.1\t8\n192.0.2.2\t1\n');
  expect(summary.format).toBe('ipsum');
  expect(indicators.map(({ confidence }) => confidence)).toEqual([99, 50]);
});

test("abuse.ch's CSV, its titles in a comment", () => {
  const { summary, indicators } = read(
    [
      '################',
      '# "first_seen_utc","ioc_id","ioc_value","ioc_type","malware_printable","confidence_level"',
      '"2026-01-30 10:00:00", "1", "192.0.2.1:447", "ip:port", "TrickBot", "75"',
      '"2026-01-30 10:00:00", "2", "bad.example", "domain", "Emotet, ""the"" one", "100"',
      '"2026-01-30 10:00:00", "3", "d41d8cd98f00b204e9800998ecf8427e", "md5_hash", "X", "50"',
      '"2026-01-30 10:00:00", "4", "broken',
      '',
    ].join('\n'),
  );
  expect(summary).toMatchObject({ format: 'csv', taken: 3, reasons: { 'a quote that is not closed': 1 } });
  expect(indicators).toEqual([
    { scope: 'ip', value: '192.0.2.1', about: 'TrickBot', confidence: 75, seen: Date.UTC(2026, 0, 30, 10) },
    {
      scope: 'domain',
      value: 'bad.example',
      about: 'Emotet, "the" one',
      confidence: 100,
      seen: Date.UTC(2026, 0, 30, 10),
    },
    {
      scope: 'hash',
      value: 'd41d8cd98f00b204e9800998ecf8427e',
      about: 'X',
      confidence: 50,
      seen: Date.UTC(2026, 0, 30, 10),
    },
  ]);
});

test('CSV with titles, with columns as configured, and with neither', () => {
  expect(read('host;score\nbad.example;90\nworse.example;80\n').indicators).toEqual([
    { scope: 'domain', value: 'bad.example', confidence: 90 },
    { scope: 'domain', value: 'worse.example', confidence: 80 },
  ]);
  const columns = ['-', 'about', 'value'] as const;
  expect(read('1,x,192.0.2.1\n2,y,192.0.2.2\n', { format: 'csv', columns }).indicators).toEqual([
    { scope: 'ip', value: '192.0.2.1', about: 'x' },
    { scope: 'ip', value: '192.0.2.2', about: 'y' },
  ]);
  expect(read('7,192.0.2.1,x\n8,192.0.2.2,y\n').names).toEqual(['ip 192.0.2.1', 'ip 192.0.2.2']);
});

const EVENT = {
  Event: {
    info: 'a campaign',
    Attribute: [
      { type: 'ip-dst', value: '192.0.2.1', to_ids: true, timestamp: '1767225600' },
      { type: 'domain|ip', value: 'bad.example|192.0.2.2', to_ids: true, comment: 'c2' },
      { type: 'filename|sha256', value: `x.exe|${'a'.repeat(64)}`, to_ids: true },
      { type: 'ip-src', value: '192.0.2.9', to_ids: false },
      { type: 'ip-src', value: '192.0.2.8', to_ids: true, deleted: true },
      { type: 'btc', value: '1abc', to_ids: true },
      { type: 'ip-dst|port', value: '192.0.2.3|443', to_ids: true },
    ],
    Object: [{ Attribute: [{ type: 'ja3-fingerprint-md5', value: 'a'.repeat(32), to_ids: true }] }],
  },
};

test('MISP events, one over many lines and one a line', () => {
  const expected = [
    'ip 192.0.2.1',
    'domain bad.example',
    'ip 192.0.2.2',
    `hash ${'a'.repeat(64)}`,
    'ip 192.0.2.3',
    `ja3 ${'a'.repeat(32)}`,
  ];
  const whole = read(JSON.stringify(EVENT, null, 2));
  expect(whole.summary).toMatchObject({ format: 'misp', unreadable: 1 });
  expect(whole.names).toEqual(expected);
  expect(whole.indicators[0]).toMatchObject({ about: 'a campaign', seen: 1_767_225_600_000 });
  expect(read(`${JSON.stringify(EVENT)}\n${JSON.stringify(EVENT)}\n`).names).toEqual([
    ...expected,
    ...expected,
  ]);
});

const indicator = (id: string, pattern: string, more: object = {}): object => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--${id}`,
  pattern,
  pattern_type: 'stix',
  modified: '2026-01-01T00:00:00Z',
  ...more,
});

test('a STIX bundle: the latest version counts, a revoked one gives nothing', () => {
  const bundle = {
    type: 'bundle',
    objects: [
      { type: 'malware', name: 'context' },
      indicator('a', "[ipv4-addr:value = '192.0.2.1']", {
        confidence: 70,
        valid_until: '2026-06-01T00:00:00Z',
        name: 'C2',
      }),
      indicator('b', "[domain-name:value = 'old.example']"),
      indicator('b', "[domain-name:value = 'new.example']", { modified: '2026-02-01T00:00:00Z' }),
      indicator('c', "[ipv4-addr:value = '192.0.2.3']"),
      indicator('c', "[ipv4-addr:value = '192.0.2.3']", { modified: '2026-02-01T00:00:00Z', revoked: true }),
      indicator('d', "[ipv4-addr:value = '192.0.2.4' AND file:name = 'x']"),
      indicator('e', 'alert tcp any any', { pattern_type: 'snort' }),
    ],
  };
  const { summary, indicators, names } = read(JSON.stringify(bundle));
  expect(names).toEqual(['ip 192.0.2.1', 'domain new.example']);
  expect(indicators[0]).toMatchObject({ confidence: 70, expires: Date.UTC(2026, 5, 1), about: 'C2' });
  expect(summary).toMatchObject({
    format: 'stix',
    reasons: { 'a pattern with AND': 1, 'an indicator without a STIX pattern': 1 },
  });
  const lines = bundle.objects.map((object) => JSON.stringify(object)).join('\n');
  expect(read(lines, { format: 'stix' }).names).toEqual(names);
});

test.each([
  ['', 'there is nothing in it'],
  ['<!DOCTYPE html>\n<html>', 'a web page'],
  ['\n  <html><body>503</body></html>', 'a web page'],
  ['{"error":"rate limited"}', 'JSON of a kind that is not known'],
  ['MZ\u0000\u0000', 'binary'],
])('%j is no feed', (text, why) => {
  const { summary, indicators } = read(text);
  expect(indicators).toEqual([]);
  expect(summary.format).toBeUndefined();
  expect(summary.why).toContain(why);
});

test('a line without end is given up', () => {
  const { summary, indicators } = read(`192.0.2.1\n${'x'.repeat(2_000_000)}\n192.0.2.2\n`, {}, 65_536);
  expect(indicators).toHaveLength(1);
  expect(summary.why).toBe('line 2 is longer than 1 MiB');
});

test('refusals are counted all and shown a few', () => {
  const { summary } = read(`192.0.2.1\n${'nonsense\n'.repeat(50)}`);
  expect(summary.unreadable).toBe(50);
  expect(summary.examples.map(({ line }) => line)).toEqual([2, 3, 4]);
});
