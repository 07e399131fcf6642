import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@aegis/ports';
import { busConformance } from '@aegis/ports/conformance';
import {
  describeWithReal,
  type RedisCluster,
  type RedisSentinel,
  startRedisCluster,
  startRedisSentinel,
} from '@aegis/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { topicKeys } from './keys.ts';
import { openRedisBus, type RedisBusOptions } from './redis-bus.ts';

const KEEP = 500;
const START_MS = 120_000;
const PATIENCE = { timeout: 60_000, interval: 50 };
let suites = 0;

describeWithReal('redis', 'the bus on a Cluster of three masters and three replicas', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, START_MS);
  afterAll(() => cluster.remove());
  const open = (): Bus => openRedisBus({ servers: cluster.servers, cluster: true, keep: KEEP, checkMs: 100 });

  // A Cluster is not emptied between tests: topics have other names in each.
  const named = (bus: Bus, suite: number): Bus => ({
    publish: (topic, payload, options) => bus.publish(`${topic}-${suite}`, payload, options),
    subscribe: (topic, handler, options) =>
      bus.subscribe(`${topic}-${suite}`, (message) => handler({ ...message, topic }), options),
    async *retained(topic) {
      for await (const message of bus.retained(`${topic}-${suite}`)) yield { ...message, topic };
    },
    now: () => bus.now(),
    close: () => bus.close(),
  });
  busConformance('redis cluster', {
    open: async () => named(open(), ++suites),
    reopen: async () => named(open(), suites),
    forgetsAfter: KEEP + 200,
    cleanup: async () => {},
  });

  test('goes on after the master of its slot is gone', { timeout: START_MS }, async () => {
    const topic = 'failover';
    await goesOn(open, topic, () => cluster.masterOf(topicKeys(topic).stream).server.kill());
  });
});

describeWithReal('redis', 'the bus on a master that sentinels watch', () => {
  let redis: RedisSentinel;
  beforeAll(async () => {
    redis = await startRedisSentinel();
  }, START_MS);
  afterAll(() => redis.remove());

  test('goes on with the replica when the master is gone', { timeout: START_MS }, async () => {
    const options: RedisBusOptions = {
      ...{ servers: redis.sentinels, sentinel: { master: redis.name } },
      ...{ keep: KEEP, checkMs: 100 },
    };
    await goesOn(
      () => openRedisBus(options),
      't',
      () => redis.master().server.kill(),
    );
  });
});

/**
 * Publishes, lets the replica have it, takes the master away, and publishes on. Every message comes, in order; one
 * that was sent again since nobody said that it had arrived may come twice.
 */
async function goesOn(open: () => Bus, topic: string, failure: () => Promise<void>): Promise<void> {
  const [publisher, subscriber] = [open(), open()];
  const seen: string[] = [];
  await subscriber.subscribe(topic, ({ payload }) => {
    if (seen.at(-1) !== payload) seen.push(payload);
  });
  const texts = Array.from({ length: 60 }, (_, i) => `m${i}`);
  for (const text of texts.slice(0, 30)) await publisher.publish(topic, text);
  await vi.waitFor(() => expect(seen).toEqual(texts.slice(0, 30)), PATIENCE);
  await sleep(500);
  await failure();
  for (const text of texts.slice(30)) {
    for (let sent = false; !sent; ) {
      sent = await publisher.publish(topic, text).then(
        () => true,
        () => sleep(100, false),
      );
    }
  }
  await vi.waitFor(() => expect(seen).toEqual(texts), PATIENCE);
  await publisher.close();
  await subscriber.close();
}
