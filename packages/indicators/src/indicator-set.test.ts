import { Prefix, parseAddressWords, type Scope, seededRandom } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FeedsInForce } from './feeds-in-force.ts';
import { createGuard } from './guard.ts';
import type { Indicator } from './indicator.ts';
import type { IndicatorLookup } from './indicator-lookup.ts';
import { IndicatorSet } from './indicator-set.ts';
import { IndicatorSetBuilder } from './indicator-set-builder.ts';
import { LiveIndicators } from './live-indicators.ts';

const random = seededRandom(20260131);
const FAR = Date.UTC(2030, 0, 1);

function setOf(indicators: readonly Indicator[]): IndicatorSet {
  const builder = new IndicatorSetBuilder({ random, confidence: 80, most: 100_000 });
  for (const indicator of indicators) expect(builder.add(indicator)).toBeUndefined();
  return new IndicatorSet(builder.finish());
}

function liveOf(indicators: readonly Indicator[]): LiveIndicators {
  const live = new LiveIndicators({ random, mostRows: 100_000 });
  for (const each of indicators) live.put({ confidence: 80, expires: FAR, seen: 0, ...each });
  return live;
}

function matches(
  lookup: IndicatorLookup,
  request: { address?: string; domain?: string; url?: string; asName?: string },
): string[] {
  const words = new Uint32Array(4);
  const family = parseAddressWords(request.address ?? '', words);
  const out = new Int32Array(lookup.mostMatches + 3).fill(-7);
  const count = lookup.match({ address: '', ...request }, family, words, out, 3);
  expect(out[2]).toBe(-7);
  return [...out.subarray(3, 3 + count)].map((row) => `${lookup.scope(row)} ${lookup.value(row)}`).sort();
}

const indicatorOf = (scope: Scope, value: string): Indicator => ({ scope, value });
const address = fc.integer({ min: 0, max: 15 }).map((low) => `192.0.2.${low}`);
const address6 = fc.integer({ min: 1, max: 15 }).map((low) => `2001:db8::${low.toString(16)}`);
const range = fc
  .tuple(address, fc.integer({ min: 24, max: 31 }))
  .map(([host, length]) => Prefix.parse(`${host}/${length}`))
  .map((parsed) => (parsed.ok ? parsed.value : ''));
const domain = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
  .map((labels) => `${labels.join('.')}.example`);
const name = fc.constantFrom('T\u00fcrk Telekom', '\u4e2d\u56fd\u7535\u4fe1', 'Example Net');
const indicator = fc.oneof(
  fc.oneof(address, address6).map((value) => indicatorOf('ip', value)),
  range.map((value) => indicatorOf('range', value)),
  domain.map((value) => indicatorOf('domain', value)),
  domain.map((value) => indicatorOf('url', `http://${value}/x?y=1`)),
  name.map((value) => indicatorOf('as_name', value)),
);

/** The slow and obvious one. */
function expected(
  indicators: readonly Indicator[],
  request: { address: string; domain: string; url: string; asName: string },
): string[] {
  const within = (prefix: string): boolean => {
    const parts = Prefix.parts(prefix as Prefix);
    const host = Prefix.parse(`${request.address}/${parts.length}`);
    const canonical = Prefix.format(parts);
    return host.ok && host.value === canonical && parts.family === (request.address.includes(':') ? 6 : 4);
  };
  const counts = ({ scope, value }: Indicator): boolean => {
    if (scope === 'ip' || scope === 'range') return within(value);
    if (scope === 'domain') return request.domain === value || request.domain.endsWith(`.${value}`);
    return value === (scope === 'url' ? request.url : request.asName);
  };
  return [...new Set(indicators.filter(counts).map(({ scope, value }) => `${scope} ${value}`))].sort();
}

test('a set, and a live one, find what a walk over all indicators finds', () => {
  fc.assert(
    fc.property(
      fc.array(indicator, { maxLength: 60 }),
      fc.record({
        address: fc.oneof(address, address6),
        domain,
        url: domain.map((host) => `http://${host}/x?y=1`),
        asName: name,
      }),
      (indicators, request) => {
        const right = expected(indicators, request);
        expect(matches(setOf(indicators), request)).toEqual(right);
        expect(matches(liveOf(indicators), request)).toEqual(right);
      },
    ),
    { numRuns: 300 },
  );
});

test('every row says what was put in, and is found by its value', () => {
  fc.assert(
    fc.property(fc.array(indicator, { maxLength: 80 }), (indicators) => {
      const set = setOf(indicators);
      const names = [...set.rows()].map((row) => `${set.scope(row)} ${set.value(row)}`);
      expect(names.sort()).toEqual(
        [...new Set(indicators.map(({ scope, value }) => `${scope} ${value}`))].sort(),
      );
      for (const { scope, value } of indicators) expect(set.value(set.find(scope, value))).toBe(value);
      expect(set.find('domain', 'not.there.example')).toBe(-1);
      expect(set.find('ip', '203.0.113.9')).toBe(-1);
    }),
    { numRuns: 200 },
  );
});

test('the same value twice is one row, of the higher confidence and the later end', () => {
  const set = setOf([
    { scope: 'ip', value: '192.0.2.1', confidence: 40, expires: FAR, about: 'first' },
    { scope: 'ip', value: '192.0.2.1', confidence: 90, expires: FAR - 86_400_000, about: 'second' },
    { scope: 'domain', value: 'a.example', expires: FAR },
    { scope: 'domain', value: 'a.example' },
  ]);
  expect(set.size).toBe(2);
  expect([set.confidence(0), set.expires(0), set.about(0)]).toEqual([90, FAR, 'first']);
  expect(set.expires(1)).toBeUndefined();
});

test('many rows keep apart and stay within the room', () => {
  const builder = new IndicatorSetBuilder({ random, confidence: 80, most: 30_000 });
  for (let i = 0; i < 20_000; i++) {
    builder.add({ scope: 'domain', value: `host-${i}.example` });
    builder.add({ scope: 'ip', value: `198.51.${i >>> 8}.${i & 255}` });
  }
  expect(builder.add({ scope: 'ip', value: '192.0.2.1' })).toBe('beyond the most that a feed may hold');
  const set = new IndicatorSet(builder.finish());
  expect(set.size).toBe(30_000);
  for (let i = 0; i < 15_000; i += 7) {
    expect(set.value(set.find('domain', `host-${i}.example`))).toBe(`host-${i}.example`);
    expect(matches(set, { address: `198.51.${i >>> 8}.${i & 255}` })).toHaveLength(1);
  }
  expect(matches(set, { domain: `${'x.'.repeat(120)}host-9.example` })).toEqual([]);
});

test('live indicators come, change, go and end', () => {
  const live = liveOf([
    { scope: 'ip', value: '192.0.2.1' },
    { scope: 'domain', value: 'a.example', expires: 1_000 },
    { scope: 'hash', value: 'a'.repeat(32) },
  ]);
  live.put({ scope: 'ip', value: '192.0.2.1', confidence: 5, expires: FAR, seen: 0 });
  expect(live.confidence(live.find('ip', '192.0.2.1'))).toBe(5);
  expect(live.sweep(1_000)).toBe(1);
  expect(matches(live, { address: '192.0.2.1', domain: 'b.a.example' })).toEqual(['ip 192.0.2.1']);
  expect(live.remove('ip', '192.0.2.1')).toBe(true);
  expect(live.remove('ip', '192.0.2.1')).toBe(false);
  expect(live.size).toBe(1);
  expect(matches(live, { address: '192.0.2.1' })).toEqual([]);
});

test('a feed restricts nothing that is protected, private, too wide, or around something protected', () => {
  const prefix = (text: string): Prefix => text as Prefix;
  const kept = [prefix('127.0.0.0/8'), prefix('203.0.113.7/32'), prefix('2001:db8:1::/48')];
  const guard = createGuard({ widestV4: 8, widestV6: 19, protected: kept }, random);
  const verdict = (text: string): string | undefined => guard.refuse(Prefix.parts(prefix(text)));
  expect(verdict('127.0.0.1/32')).toBe('protected');
  expect(verdict('203.0.113.7/32')).toBe('protected');
  expect(verdict('203.0.113.0/24')).toBe('holds protected addresses');
  expect(verdict('2001:db8::/32')).toBe('holds protected addresses');
  expect(verdict('2001:db8:1:2::/64')).toBe('protected');
  expect(verdict('10.1.2.3/32')).toBe('private address space');
  expect(verdict('0.0.0.0/4')).toBe('wider than decisions.widest allows');
  expect(verdict('203.0.113.8/32')).toBeUndefined();
  expect(verdict('198.51.100.0/24')).toBeUndefined();
  expect(verdict('2001:db9::/32')).toBeUndefined();
});

test('feeds in force: rows are decisions, found by their ids', () => {
  const long = `http://a.example/${'x'.repeat(300)}`;
  const source = new FeedsInForce(
    [
      {
        name: 'one',
        action: 'ban',
        indicators: setOf([
          { scope: 'ip', value: '192.0.2.1', about: 'SBL1' },
          { scope: 'url', value: long },
        ]),
        confirmed: 5_000,
        expires: 9_000,
      },
      {
        name: 'two',
        action: 'allow',
        indicators: liveOf([{ scope: 'range', value: '192.0.2.0/24', seen: 7_000, confidence: 50 }]),
        confirmed: undefined,
        expires: Number.MAX_SAFE_INTEGER,
      },
    ],
    () => 1,
  );
  expect(source.size).toBe(3);
  const decisions = [...source.decisions()];
  expect(decisions[0]).toEqual({
    id: 'feed:one:ip:192.0.2.1',
    scope: 'ip',
    value: '192.0.2.1',
    action: 'ban',
    reason: 'listed by feed one: SBL1',
    origin: 'feed:one',
    source: 'one',
    weight: 0.8,
    created: 5_000,
    expires: 9_000,
  });
  expect(decisions[1]?.id.length).toBeLessThanOrEqual(128);
  expect(decisions[2]).toMatchObject({
    origin: 'feed:two',
    action: 'allow',
    weight: 0.5,
    created: 7_000,
    expires: FAR,
  });
  for (const decision of decisions) expect(source.find(decision.id)).toEqual(decision);
  for (const id of [
    'feed:one:ip:192.0.2.9',
    'feed:three:ip:192.0.2.1',
    'feed:one:range:192.0.2.1',
    'x',
    'feed:one:constructor:x',
  ])
    expect(source.find(id)).toBeUndefined();
  const words = new Uint32Array(4);
  const rows = new Int32Array(source.mostMatches);
  expect(source.match({ address: '192.0.2.1' }, parseAddressWords('192.0.2.1', words), words, rows, 0)).toBe(
    2,
  );
  expect([...rows.subarray(0, 2)].map((row) => source.decision(row).id).sort()).toEqual([
    'feed:one:ip:192.0.2.1',
    'feed:two:range:192.0.2.0/24',
  ]);
});

test('feeds in force say whether a client must be located for them', () => {
  const withValue = (scope: Scope, value: string) =>
    new FeedsInForce(
      [setOf([{ scope, value }]), liveOf([{ scope, value, seen: 1, confidence: 50 }])].map(
        (indicators, index) => ({
          ...{ name: `f${index}`, action: 'ban' as const, indicators },
          ...{ confirmed: 1, expires: 2 },
        }),
      ),
      () => 1,
    ).usesPlace;
  expect(withValue('country', 'NL')).toBe(true);
  expect(withValue('as', '64496')).toBe(true);
  expect(withValue('ip', '192.0.2.1')).toBe(false);
  expect(withValue('user_agent', 'x')).toBe(false);
});
