import { createLocalBus } from '@aegis/bus-local';
import { createMemoryEnforcer } from '@aegis/enforcer-memory';
import { type FeedInForce, type LiveIndicator, LiveIndicators } from '@aegis/indicators';
import { type Decision, ManualClock, seededRandom, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DecisionLog } from '../crowdsec/decision-log.ts';
import { Enforcement } from '../decisions/enforcement.ts';
import { ListedDecisions } from './listed-decisions.ts';

const HOUR = 3_600_000;
const everything = (): boolean => true;

let clock: ManualClock;
let listed: ListedDecisions;
let told: string[];

beforeEach(() => {
  clock = new ManualClock(1_700_000_000_000);
  listed = open(1_000);
});

afterEach(() => listed.stop());

function open(most: number): ListedDecisions {
  const opened = new ListedDecisions({ mostOf: () => most, clock, logger: silentLogger });
  told = [];
  opened.onChange((changes) =>
    told.push(...changes.map(({ kind, decision }) => `${kind} ${decision.value}`)),
  );
  return opened;
}

/** What a feed that was asked just now holds, in tables that nothing changes. */
function feed(
  values: readonly string[],
  more: Partial<FeedInForce & { confidence: number[] }> = {},
): FeedInForce {
  const indicators = new LiveIndicators({ random: seededRandom(1), mostRows: 10_000 });
  for (const [index, value] of values.entries())
    indicators.put(indicator(value, more.confidence?.[index] ?? 80));
  const now = clock.now();
  return { name: 'drop', action: 'ban', indicators, confirmed: now, expires: now + 24 * HOUR, ...more };
}

function indicator(value: string, confidence = 80): LiveIndicator {
  const scope = value.includes('/') ? 'range' : /^[\d.:a-f]+$/.test(value) ? 'ip' : 'domain';
  return { scope, value, confidence, seen: clock.now(), expires: clock.now() + 100 * HOUR };
}

const values = (): string[] => [...listed.inForce()].map(({ value }) => value).sort();

test('addresses and ranges are told as decisions, what nobody can carry out is not', async () => {
  await listed.update([feed(['192.0.2.1', '198.51.100.0/24', 'evil.example'])]);
  expect(told.sort()).toEqual(['made 192.0.2.1', 'made 198.51.100.0/24']);
  expect(listed.on('range', '198.51.100.0/24')).toMatchObject([
    { id: 'feed:drop:range:198.51.100.0/24', origin: 'feed:drop', action: 'ban', weight: 0.8 },
  ]);
  expect(listed.on('ip', '192.0.2.2')).toEqual([]);
});

test('feeds may come after there were none', async () => {
  await listed.update([]);
  await listed.update([feed(['192.0.2.1'])]);
  expect(values()).toEqual(['192.0.2.1']);
});

test('a new state is told by what is different, and a feed that goes takes all back', async () => {
  await listed.update([feed(['192.0.2.1', '192.0.2.2'])]);
  told.length = 0;
  await listed.update([feed(['192.0.2.2', '192.0.2.3'])]);
  expect(told).toEqual(['lifted 192.0.2.1', 'made 192.0.2.3']);
  told.length = 0;
  await listed.update([]);
  expect(told.sort()).toEqual(['lifted 192.0.2.2', 'lifted 192.0.2.3']);
  expect(values()).toEqual([]);
});

test('feeds do not touch each other, nor does one that observes reach anybody', async () => {
  const other = feed(['192.0.2.1'], { name: 'other' });
  await listed.update([
    feed(['192.0.2.1']),
    other,
    feed(['192.0.2.9'], { name: 'watch', action: 'observe' }),
  ]);
  expect(listed.on('ip', '192.0.2.1').map(({ origin }) => origin)).toEqual(['feed:drop', 'feed:other']);
  await listed.update([other]);
  expect([...listed.inForce()].map(({ origin }) => origin)).toEqual(['feed:other']);
});

test('of more than may be given the surest are, as many as may be', async () => {
  listed = open(3);
  const confidence = [50, 90, 70, 70, 70, 100];
  const all = confidence.map((_, index) => `192.0.2.${index}`);
  await listed.update([feed(all, { confidence })]);
  expect(values()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.5']);
  listed = open(0);
  await listed.update([feed(all)]);
  expect(values()).toEqual([]);
});

test('a confirmation is told only when half of the time told before is over', async () => {
  const state = feed(['192.0.2.1']);
  await listed.update([state]);
  told.length = 0;
  const confirmedNow = (): FeedInForce => ({
    ...state,
    confirmed: clock.now(),
    expires: clock.now() + 24 * HOUR,
  });
  clock.advance(HOUR);
  await listed.update([confirmedNow()]);
  expect(told).toEqual([]);
  clock.advance(12 * HOUR);
  await listed.update([confirmedNow()]);
  expect(told).toEqual(['extended 192.0.2.1']);
  expect([...listed.inForce()][0]?.expires).toBe(clock.now() + 24 * HOUR);
});

test('what has ended is taken back', async () => {
  await listed.update([feed(['192.0.2.1'])]);
  told.length = 0;
  clock.advance(24 * HOUR);
  listed.sweep();
  await expect.poll(() => told).toEqual(['lifted 192.0.2.1']);
  expect(values()).toEqual([]);
});

test('a live feed is told of as it changes', async () => {
  const state = { ...feed(['192.0.2.1']), confirmed: undefined };
  await listed.update([state]);
  const live = state.indicators as LiveIndicators;
  live.put(indicator('192.0.2.2'));
  live.remove('ip', '192.0.2.1');
  told.length = 0;
  await listed.update([state]);
  expect(told).toEqual(['lifted 192.0.2.1', 'made 192.0.2.2']);
});

test('an enforcer and the log of bouncers hear of all, also of thousands at once', async () => {
  const enforcer = createMemoryEnforcer({ clock });
  const log = new DecisionLog({
    inForce: () => listed.inForce(),
    on: (scope, value) => listed.on(scope, value),
  });
  listed = open(5_000);
  listed.onChange((changes) => {
    for (const { decision } of changes) log.touch(decision);
  });
  const bus = createLocalBus();
  const enforcement = new Enforcement({
    ...{ enforcer, bus, random: seededRandom(1), logger: silentLogger },
    inForce: () => listed.inForce(),
    onListed: (listener) => listed.onChange(listener),
    enforces: ({ value }: Decision) => value !== '10.1.0.7',
  });
  await enforcement.start();
  const many = Array.from({ length: 3_000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
  await listed.update([feed(many)]);
  await expect.poll(async () => (await enforcer.list()).length, { timeout: 60_000 }).toBe(2_999);
  const before = log.position;
  expect(log.everything(everything, clock.now()).added).toHaveLength(3_000);
  await listed.update([feed(many.slice(1))]);
  const delta = log.since(before, everything, clock.now());
  expect(delta).toMatchObject({ added: [], gone: [{ value: '10.1.0.0' }] });
  await expect.poll(async () => (await enforcer.list()).length, { timeout: 60_000 }).toBe(2_998);
  await enforcement.stop();
  await bus.close();
});
