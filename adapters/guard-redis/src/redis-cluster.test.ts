import { sharedLimitsConformance } from '@aegis/ports/conformance';
import { describeWithReal, type RedisCluster, startRedisCluster } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedisSharedLimits } from './redis-shared-limits.ts';

const STARTS_WITHIN_MS = 120_000;

describeWithReal('redis', 'limits that servers share in a Redis Cluster', () => {
  let cluster: RedisCluster;
  let prefixes = 0;
  beforeAll(async () => {
    cluster = await startRedisCluster(['--appendonly', 'no']);
  }, STARTS_WITHIN_MS);
  afterAll(() => cluster.remove());

  const open = () => {
    const [first, ...others] = cluster.servers;
    const url = [first, ...others.slice(0, 1)].map((server) => server.url) as [string, ...string[]];
    return openRedisSharedLimits({ url, cluster: true, prefix: `k${prefixes}:` });
  };

  sharedLimitsConformance('Redis Cluster', {
    open: async () => open(),
    async cleanup() {
      prefixes++;
    },
  });

  test('keys of one exchange are on every master, and come back in the order asked', async () => {
    const limits = open();
    const charges = Array.from({ length: 600 }, (_, i) => ({
      key: ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0'),
      chargeMs: 100_000 + i * 1_000,
    }));
    const masters = new Set(
      charges
        .slice(0, 60)
        .map(({ key }) => cluster.masterOf(`k${prefixes}:{${key.slice(0, 2)}}:${key}`).port),
    );
    expect(masters.size).toBe(3);
    const aheads = await limits.exchange(charges);
    for (const [i, { chargeMs }] of charges.entries())
      expect(Math.abs((aheads[i] ?? 0) - chargeMs)).toBeLessThan(1);
    const other = open();
    const seen = await other.exchange(charges.map(({ key }) => ({ key, chargeMs: 0 })));
    for (const [i, { chargeMs }] of charges.entries()) {
      expect(seen[i]).toBeLessThanOrEqual(chargeMs);
      expect(seen[i]).toBeGreaterThan(0);
    }
    await Promise.all([limits.close(), other.close()]);
  });
});
