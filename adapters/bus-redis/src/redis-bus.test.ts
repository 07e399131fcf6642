import type { Bus } from '@aegis/ports';
import { busConformance } from '@aegis/ports/conformance';
import { RedisConnection, type Reply } from '@aegis/redis';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll } from 'vitest';
import { busFault } from './bus-fault.ts';
import { openRedisBus, type RedisBusOptions } from './redis-bus.ts';

const KEEP = 500;

describeWithReal('redis', 'the bus on one server', () => {
  let redis: RedisServer;
  let direct: RedisConnection;
  beforeAll(async () => {
    redis = await startRedis({ args: ['--appendfsync', 'everysec'] });
    direct = new RedisConnection({ servers: [redis] }, '', busFault);
  });
  afterAll(async () => {
    direct.close();
    await redis.remove();
  });
  const does = (...words: readonly string[]): Promise<Reply> => direct.send(words);
  const open = (options: Partial<RedisBusOptions> = {}): Bus =>
    openRedisBus({ servers: [redis], keep: KEEP, checkMs: 100, ...options });

  busConformance('redis', {
    open: async () => open(),
    reopen: async () => open(),
    // Trimmed by whole blocks of a hundred entries.
    forgetsAfter: KEEP + 200,
    cleanup: async () => void (await does('FLUSHALL')),
  });
});
