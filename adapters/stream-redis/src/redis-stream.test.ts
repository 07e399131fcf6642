import { setTimeout as sleep } from 'node:timers/promises';
import { streamConformance } from '@aegis/ports/conformance';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll } from 'vitest';
import { openRedisStream } from './redis-stream.ts';

describeWithReal('redis', 'Redis Streams keep every promise of a stream', () => {
  let redis: RedisServer;
  let stores = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());
  const open = () => openRedisStream({ servers: [redis], stream: `stream-${stores}` });

  streamConformance('redis', {
    open: async () => {
      stores++;
      return open();
    },
    reopen: async () => open(),
    advance: async (ms) => void (await sleep(ms)),
    cleanup: async () => {},
  });
});
