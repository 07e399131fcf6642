import { describeWithReal, type RedisCluster, startRedisCluster } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedisStream } from './redis-stream.ts';
import { conformanceOn } from './testing/conformance-on.ts';
import { patiently } from './testing/patiently.ts';

describeWithReal('redis', 'a stream on a Redis Cluster of three masters and three replicas', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 90_000);
  afterAll(() => cluster.remove());
  conformanceOn('redis cluster', () => ({ servers: cluster.servers, cluster: true }));

  test('goes on after the master of its slot is gone', async () => {
    const stream = openRedisStream({
      servers: cluster.servers,
      cluster: true,
      stream: 'failover',
    });
    const replicated = openRedisStream({
      servers: cluster.servers,
      cluster: true,
      stream: 'failover',
      replicas: 1,
    });
    await replicated.append(['before']);
    await replicated.close();
    const group = await stream.group('g');
    await cluster.masterOf('failover').server.kill();
    const ids = await patiently(() => stream.append(['after']));
    expect(ids).toHaveLength(1);
    const read = await patiently(() => group.read('c', { count: 10, blockMs: 100 }));
    expect(read.map(({ payload }) => payload)).toEqual(['before', 'after']);
    await stream.close();
  });
});
