import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { ManualClock, seededRandom, silentLogger } from '@aegis/model';
import type { Ledger } from '@aegis/ports';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FeedSettings, feedItem } from '../config/sections/feeds-setting.ts';
import { schemaOfItem } from '../config/setting-tree.ts';
import { Metrics } from '../node/metrics.ts';
import { type FeedHost, listAnswer, startFeedHost } from './feed-host.ts';
import { FeedService } from './feed-service.ts';

// Each new state is read in a thread of its own, which takes a while to start on a machine that has other work.
vi.setConfig({ testTimeout: 120_000 });

const ALICE = { name: 'alice', from: '198.51.100.7' };
const LIST = '# bad\n192.0.2.1\n198.51.101.0/24 ; SBL7\nevil[.]example\n10.0.0.1\n';
const DAY = 86_400_000;

let folder: string;
let clock: ManualClock;
let ledger: Ledger;
let engine: DecisionEngine;
let host: FeedHost;
let service: FeedService | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-feeds-'));
  clock = new ManualClock();
  ledger = openSqliteLedger({ path: join(folder, 'ledger.db') });
  host = await startFeedHost();
  host.answer = listAnswer(LIST);
});

afterEach(async () => {
  await service?.stop();
  await host.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A service as a node that starts would make it, with nothing asked yet. */
async function open(...feeds: readonly Readonly<Record<string, unknown>>[]): Promise<FeedService> {
  await service?.stop();
  engine = new DecisionEngine({ policy: defaultPolicy, random: seededRandom(1) });
  service = new FeedService({
    feeds: feeds.map((feed) => schemaOfItem<FeedSettings>(feedItem).parse(feed)),
    folder: join(folder, 'feeds'),
    nodeId: 'node-1',
    engine,
    ledger,
    clock,
    random: seededRandom(2),
    logger: silentLogger,
    metrics: new Metrics(),
  });
  await service.restore();
  return service;
}

const feed = (more: object = {}): Record<string, unknown> => ({
  name: 'drop',
  url: `${host.url}/list.txt`,
  ...more,
});
const outcome = (address: string): string => engine.check({ address }, clock.now()).outcome;

test('what a feed lists is refused, and the reason names the feed; nothing else is', async () => {
  const feeds = await open(feed({ category: 'botnet', confidence: 90 }));
  expect(outcome('192.0.2.1')).toBe('none');
  expect(await feeds.refresh('drop', ALICE)).toEqual({ kind: 'changed' });
  expect(engine.check({ address: '198.51.101.9' }, clock.now())).toMatchObject({
    outcome: 'block',
    reason: 'listed by feed drop: SBL7',
    origin: 'feed:drop',
    decision: 'feed:drop:range:198.51.101.0/24',
  });
  expect(engine.check({ address: '203.0.113.1', domain: 'a.evil.example' }, clock.now()).outcome).toBe(
    'block',
  );
  expect([outcome('192.0.2.2'), outcome('10.0.0.1')]).toEqual(['none', 'none']);
  expect(feeds.reputation('192.0.2.1')).toEqual({ categories: ['botnet'], score: 90 });
  expect(feeds.reputation('192.0.2.2')).toBeUndefined();
  expect(feeds.get('drop')).toMatchObject({
    state: 'current',
    indicators: 3,
    scopes: { ip: 1, range: 1, domain: 1 },
    summary: { declined: 1, reasons: { 'private address space': 1 } },
  });
  const actions = (await ledger.audit({ limit: 10 })).map(({ action, actor }) => `${action} by ${actor}`);
  expect(actions.sort()).toEqual(['feed.load by node', 'feed.refresh by alice']);
});

test('what it lists is given to those who carry decisions out, before the node is ready after a restart', async () => {
  const feeds = await open(feed({ max_enforced: 1 }), feed({ name: 'none', max_enforced: 0 }));
  await Promise.all([feeds.refresh('drop', ALICE), feeds.refresh('none', ALICE)]);
  const given = (from: FeedService): string[] => [...from.listed.inForce()].map(({ id }) => id);
  await expect.poll(() => given(feeds), { timeout: 60_000 }).toEqual(['feed:drop:ip:192.0.2.1']);
  expect(given(await open(feed()))).toEqual(['feed:drop:ip:192.0.2.1', 'feed:drop:range:198.51.101.0/24']);
});

test('a feed that has not changed is not sent again, and its entries hold for longer', async () => {
  const feeds = await open(feed({ ttl: '1d' }));
  await feeds.refresh('drop', ALICE);
  clock.advance(DAY - 1);
  expect(outcome('192.0.2.1')).toBe('block');
  expect(await feeds.refresh('drop', ALICE)).toEqual({ kind: 'unchanged' });
  expect(host.asked).toEqual(['/list.txt 200', '/list.txt 304']);
  clock.advance(DAY - 1);
  expect(outcome('192.0.2.1')).toBe('block');
  clock.advance(2);
  expect(outcome('192.0.2.1')).toBe('none');
});

test('a new state takes the place of the one before', async () => {
  const feeds = await open(feed());
  await feeds.refresh('drop', ALICE);
  host.answer = listAnswer('192.0.2.1\n192.0.2.9\n');
  expect(await feeds.refresh('drop', ALICE)).toEqual({
    kind: 'changed',
    changes: { added: 1, kept: 1, gone: 2 },
  });
  expect(['192.0.2.1', '192.0.2.9', '198.51.101.9'].map(outcome)).toEqual(['block', 'block', 'none']);
});

test('after a restart without a network the last good state is in force, and what has ended stays ended', async () => {
  await (await open(feed({ ttl: '1d' }))).refresh('drop', ALICE);
  const unreachable = host.url;
  await host.close();
  const feeds = await open(feed({ ttl: '1d' }));
  expect([outcome('192.0.2.1'), outcome('192.0.2.2')]).toEqual(['block', 'none']);
  expect(await feeds.refresh('drop', ALICE)).toMatchObject({ kind: 'failed' });
  expect(feeds.get('drop')).toMatchObject({ state: 'stale', url: `${unreachable}/list.txt` });
  clock.advance(DAY);
  await open(feed({ ttl: '1d' }));
  expect(outcome('192.0.2.1')).toBe('none');
});

test('a kept state of another address is none of the feed', async () => {
  await (await open(feed())).refresh('drop', ALICE);
  await open(feed({ url: `${host.url}/other.txt` }));
  expect(outcome('192.0.2.1')).toBe('none');
});

test('an allow list exempts, and a feed that only observes refuses nobody', async () => {
  const feeds = await open(feed(), feed({ name: 'ours', action: 'allow', url: join(folder, 'ours.txt') }));
  writeFileSync(join(folder, 'ours.txt'), '192.0.2.0/24\n10.0.0.0/8\n');
  await feeds.refresh('drop', ALICE);
  await feeds.refresh('ours', ALICE);
  expect([outcome('192.0.2.1'), outcome('10.1.1.1'), outcome('198.51.101.1')]).toEqual([
    'allow',
    'allow',
    'block',
  ]);
  expect(feeds.reputation('10.1.1.1')).toBeUndefined();
});

describe('whatever goes wrong, the last good state stays and the trouble is told', () => {
  const bomb = gzipSync('192.0.2.5\n'.repeat(50_000));
  const whole = gzipSync('192.0.2.5\n198.51.102.7\n203.0.113.77\n');
  const faults: readonly (readonly [string, FeedHost['answer'], RegExp])[] = [
    ['500', (_, response) => void response.writeHead(500).end('oops'), /answered 500/],
    [
      'a web page',
      (_, response) => void response.writeHead(200).end('<!DOCTYPE html><html>log in</html>'),
      /web page, not a list/,
    ],
    [
      'gzip that is cut off',
      (_, response) => void response.writeHead(200).end(whole.subarray(0, whole.length >> 1)),
      /unexpected end|broke off/,
    ],
    [
      'a connection that is cut off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('192.0.2.5\n');
        setTimeout(() => response.destroy(), 20);
      },
      /broke off/,
    ],
    [
      'ten times the size',
      (_, response) => void response.writeHead(200).end('192.0.2.5\n'.repeat(2_000)),
      /larger than max_bytes/,
    ],
    ['a gzip bomb', (_, response) => void response.writeHead(200).end(bomb), /larger than max_bytes/],
    [
      'a byte now and then',
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('1'), 50);
        response.once('close', () => clearInterval(timer));
      },
      /took longer than 1 s/,
    ],
    ['nothing at all', (_, response) => response.writeHead(200).flushHeaders(), /nothing came for 0.25 s/],
    ['an empty answer', (_, response) => void response.writeHead(200).end(), /nothing in it/],
    [
      'another format than before',
      (_, response) => void response.writeHead(200).end('error\ntoo many requests\nplease wait\n'),
      /3 of 3 entries cannot be read/,
    ],
    [
      'redirects in a ring',
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      /redirects/,
    ],
    [
      'a redirect to a file',
      (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /not followed/,
    ],
  ];

  test.each(faults)('%s', async (_, answer, trouble) => {
    const feeds = await open(feed({ max_bytes: '4KiB', timeout: '1s' }), feed({ name: 'other' }));
    await feeds.refresh('drop', ALICE);
    host.answer = answer;
    expect(await feeds.refresh('drop', ALICE)).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(trouble),
    });
    expect([outcome('192.0.2.1'), outcome('192.0.2.5')]).toEqual(['block', 'none']);
    expect(feeds.get('drop')).toMatchObject({ state: 'stale', indicators: 3, failures: 1 });
    expect(feeds.troubles[0]?.trouble).toMatch(trouble);
    host.answer = listAnswer(LIST);
    expect(await feeds.refresh('other', ALICE)).toMatchObject({ kind: 'changed' });
    expect(await feeds.refresh('drop', ALICE)).toMatchObject({ kind: 'unchanged' });
    expect(feeds.troubles.map((each) => each.trouble)).toEqual(['', '']);
  });
});

test('a kept state that was damaged is fetched anew', async () => {
  await (await open(feed())).refresh('drop', ALICE);
  writeFileSync(join(folder, 'feeds', 'drop', 'snapshot.json'), '{"url":');
  const feeds = await open(feed());
  expect(outcome('192.0.2.1')).toBe('none');
  await feeds.refresh('drop', ALICE);
  expect(outcome('192.0.2.1')).toBe('block');
});

test('the Authorization header comes from a file and stays with its host', async () => {
  const other = await startFeedHost();
  const sent: (string | undefined)[] = [];
  other.answer = (request, response) => {
    sent.push(request.headers.authorization);
    response.writeHead(200).end('192.0.2.1\n');
  };
  host.answer = (request, response) => {
    sent.push(request.headers.authorization);
    response.writeHead(302, { location: `${other.url}/x` }).end();
  };
  writeFileSync(join(folder, 'token'), 'Bearer abc\n');
  const feeds = await open(feed({ authorization_file: join(folder, 'token') }));
  expect(await feeds.refresh('drop', ALICE)).toMatchObject({ kind: 'changed' });
  expect(sent).toEqual(['Bearer abc', undefined]);
  await other.close();
});

test('a MISP feed: only events that changed are fetched again', async () => {
  const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
  const stamps: Record<string, string> = { [ids[0]]: '1', [ids[1]]: '1' };
  host.answer = ({ url = '' }, response) => {
    const id = url.replace(/^.*\/|\.json$/g, '');
    const event = {
      uuid: id,
      timestamp: stamps[id],
      Attribute: [{ type: 'ip-dst', value: `192.0.2.${stamps[id]}`, to_ids: true }],
    };
    const manifest = Object.fromEntries(ids.map((each) => [each, { timestamp: stamps[each] }]));
    response.end(
      JSON.stringify(url.endsWith('manifest.json') ? { ...manifest, '../../x': {} } : { Event: event }),
    );
  };
  const feeds = await open(feed({ via: 'misp', url: `${host.url}/osint/` }));
  await feeds.refresh('drop', ALICE);
  expect(outcome('192.0.2.1')).toBe('block');
  expect(host.asked).toHaveLength(3);
  stamps[ids[1]] = '7';
  expect(await feeds.refresh('drop', ALICE)).toMatchObject({ kind: 'changed' });
  expect([outcome('192.0.2.1'), outcome('192.0.2.7')]).toEqual(['block', 'block']);
  expect(host.asked.slice(3)).toEqual(['/osint/manifest.json 200', `/osint/${ids[1]}.json 200`]);
  expect(await feeds.refresh('drop', ALICE)).toEqual({ kind: 'unchanged' });
});

test('TAXII: pages are followed, and then only what was added since is asked for', async () => {
  const indicator = (low: number, more: object = {}): object => ({
    type: 'indicator',
    id: `indicator--${low}`,
    pattern_type: 'stix',
    pattern: `[ipv4-addr:value = '192.0.2.${low}']`,
    modified: '2026-01-01T00:00:00Z',
    ...more,
  });
  const asked: URLSearchParams[] = [];
  let late: readonly object[] = [];
  host.answer = ({ url = '', headers }, response) => {
    const { pathname, searchParams } = new URL(url, host.url);
    if (headers.accept !== 'application/taxii+json;version=2.1') response.writeHead(406);
    else if (pathname === '/taxii2/')
      response.write(JSON.stringify({ api_roots: ['/api1/', 'https://elsewhere.example/'] }));
    else if (pathname === '/api1/collections/')
      response.write(
        JSON.stringify({
          collections: [
            { id: 'c1', can_read: true },
            { id: 'c2', can_read: false },
          ],
        }),
      );
    else if (pathname === '/api1/collections/c1/objects/') {
      asked.push(searchParams);
      response.setHeader('x-taxii-date-added-last', '2026-01-05T00:00:00.000Z');
      if (searchParams.has('added_after')) response.write(JSON.stringify({ objects: late }));
      else if (searchParams.get('next') === 'p2') response.write(JSON.stringify({ objects: [indicator(2)] }));
      else response.write(JSON.stringify({ more: true, next: 'p2', objects: [indicator(1)] }));
    } else response.writeHead(404);
    response.end();
  };
  const feeds = await open(feed({ via: 'taxii', url: `${host.url}/taxii2/` }));
  expect(await feeds.refresh('drop', ALICE)).toMatchObject({ kind: 'changed' });
  expect([outcome('192.0.2.1'), outcome('192.0.2.2')]).toEqual(['block', 'block']);
  expect(await feeds.refresh('drop', ALICE)).toEqual({ kind: 'unchanged' });
  expect(asked.at(-1)?.get('added_after')).toBe('2026-01-05T00:00:00.000Z');
  late = [indicator(3), indicator(1, { revoked: true, modified: '2026-02-01T00:00:00Z' })];
  expect(await feeds.refresh('drop', ALICE)).toMatchObject({
    kind: 'changed',
    changes: { added: 1, gone: 1 },
  });
  expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(outcome)).toEqual(['none', 'block', 'block']);
});

test('the pages of a feed hold each indicator once', async () => {
  const feeds = await open(feed());
  await feeds.refresh('drop', ALICE);
  const first = feeds.indicators('drop', 0, 2);
  const second = feeds.indicators('drop', first?.next ?? 0, 2);
  expect([...(first?.indicators ?? []), ...(second?.indicators ?? [])].map(({ value }) => value)).toEqual([
    '192.0.2.1',
    '198.51.101.0/24',
    'evil.example',
  ]);
  expect(second?.next).toBeUndefined();
});
