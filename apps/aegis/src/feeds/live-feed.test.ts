import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import { openSqliteLedger } from '@aegis/ledger-sqlite';
import { type Clock, seededRandom, silentLogger } from '@aegis/model';
import { describeWithReal, startRedis } from '@aegis/testing';
import { createClient } from '@redis/client';
import { expect, test } from 'vitest';
import { type FeedSettings, feedItem } from '../config/sections/feeds-setting.ts';
import { schemaOfItem } from '../config/setting-tree.ts';
import { Metrics } from '../node/metrics.ts';
import { systemClock } from '../node/system-clock.ts';
import { FeedService } from './feed-service.ts';
import { readLiveEntry } from './live-entry.ts';

const NOW = Date.UTC(2026, 0, 1);
const read = (fields: Record<string, string>): unknown => readLiveEntry({ id: '1-0', fields }, NOW);

test.each([
  [{ ioc: 'evil[.]example' }, { kind: 'put', scope: 'domain', value: 'evil.example' }],
  [
    { indicator: '192.0.2.1', type: 'ipv4', confidence: '70', ttl: '60', source: 'sensor' },
    { kind: 'put', scope: 'ip', value: '192.0.2.1', confidence: 70, expires: NOW + 60_000, about: 'sensor' },
  ],
  [
    { value: '192.0.2.1', ttl: '4h' },
    { kind: 'put', scope: 'ip', value: '192.0.2.1', expires: NOW + 14_400_000 },
  ],
  [
    { ioc: '192.0.2.1', action: 'Remove' },
    { kind: 'remove', scope: 'ip', value: '192.0.2.1' },
  ],
  [
    { data: '{"IOC":"192.0.2.1","confidence":55}' },
    { kind: 'put', scope: 'ip', value: '192.0.2.1', confidence: 55 },
  ],
])('%j', (fields, wish) => expect(read(fields)).toEqual({ ok: true, value: wish }));

test.each([
  [{}, 'no field with an indicator; expected ioc, indicator or value'],
  [{ ioc: '@@' }, 'not an indicator'],
  [{ data: '{broken' }, 'no field with an indicator; expected ioc, indicator or value'],
])('%j is refused', (fields, reason) => expect(read(fields)).toEqual({ ok: false, error: reason }));

describeWithReal('redis', 'a live feed', () => {
  test('entries count and are taken back at once, survive restarts of both sides, and are acknowledged', async () => {
    const redis = await startRedis();
    const folder = mkdtempSync(join(tmpdir(), 'aegis-live-'));
    const ledger = openSqliteLedger({ path: join(folder, 'ledger.db') });
    const clock: Clock = systemClock;
    const client = createClient({ url: redis.url });
    client.on('error', () => {});
    await client.connect();
    const add = (fields: Record<string, string>): Promise<unknown> =>
      client.xAdd('threat-intel:stream', '*', fields);
    let engine: DecisionEngine;
    let service: FeedService | undefined;
    const open = async (): Promise<FeedService> => {
      await service?.stop();
      engine = new DecisionEngine({ policy: defaultPolicy, random: seededRandom(1) });
      service = new FeedService({
        feeds: [schemaOfItem<FeedSettings>(feedItem).parse({ name: 'live', url: redis.url })],
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
    };
    const outcome = (address: string): string => engine.check({ address }, clock.now()).outcome;
    const until = async (address: string, wanted: string): Promise<void> => {
      for (let tries = 0; tries < 2_000 && outcome(address) !== wanted; tries++) await sleep(5);
      expect(`${address} ${outcome(address)}`).toBe(`${address} ${wanted}`);
    };
    try {
      // Written before anyone reads: a new group begins at the beginning.
      await add({ ioc: '192.0.2.1', type: 'ip', confidence: '90' });
      (await open()).start();
      await until('192.0.2.1', 'block');
      await add({ indicator: '198[.]51.100.0/24', ttl: '1h', source: 'sensor' });
      await until('198.51.100.9', 'block');
      await add({ ioc: '127.0.0.1' });
      await add({ ioc: 'nonsense' });
      await add({ ioc: '192.0.2.1', action: 'remove' });
      await until('192.0.2.1', 'none');
      expect(service?.get('live')?.summary?.reasons).toEqual({ protected: 1, 'not an indicator': 1 });
      await add({ ioc: '192.0.2.8', ttl: '1' });
      await until('192.0.2.8', 'block');
      await until('192.0.2.8', 'none');

      // Away with Redis: what was kept holds, also after a restart of the node.
      await redis.server.kill();
      const restarted = await open();
      expect([outcome('198.51.100.9'), outcome('192.0.2.1')]).toEqual(['block', 'none']);
      restarted.start();
      await redis.start();
      await client.close();
      const again = await createClient({ url: redis.url }).connect();
      await again.xAdd('threat-intel:stream', '*', { ioc: '192.0.2.3' });
      await until('192.0.2.3', 'block');
      const pending = await again.xPending('threat-intel:stream', 'ioc-processor');
      expect(pending.pending).toBe(0);
      again.destroy();
    } finally {
      await service?.stop();
      if (client.isOpen) client.destroy();
      await redis.remove();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
