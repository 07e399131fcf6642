import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openRedisSharedLimits } from '@aegis/guard-redis';
import { startRedis } from '@aegis/testing';
import { createClient } from '@redis/client';
import { TokenBucket } from 'limiter';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { coreSeconds } from './rate.ts';
import type { Peer, Result } from './result.ts';

const POINTS = 100;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

export interface LimiterPeer extends Peer {
  readonly bytesPerKey: number;
}

/** A thousand calls of one key, and how many pass: what every limiter has to agree on. */
async function agrees(name: string, consume: (key: string) => Promise<boolean>): Promise<void> {
  let passed = 0;
  for (let i = 0; i < 1_000; i++) if (await consume('the same')) passed++;
  // A bucket of 100 that nothing comes back to within the test.
  if (passed !== POINTS) throw new Error(`${name} let ${passed} of 1,000 calls pass where ${POINTS} may`);
}

export async function memoryPeer(names: readonly string[], count: number): Promise<LimiterPeer> {
  const limiter = new RateLimiterMemory({ points: POINTS, duration: 3_600 });
  const consume = (key: string): Promise<boolean> => limiter.consume(key).then(passes, refuses);
  await agrees('rate-limiter-flexible', consume);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) await consume(names[i % names.length] as string);
  collectGarbage();
  const grown = process.memoryUsage().heapUsed - before;
  const start = coreSeconds();
  for (let i = 0; i < count; i++) await consume(names[i % names.length] as string);
  const value = Math.round(count / (coreSeconds() - start));
  for (const name of names.slice(0, count)) await limiter.delete(name);
  return {
    name: 'rate-limiter-flexible, memory',
    value,
    entries: count,
    bytesPerKey: Math.round(grown / count),
  };
}

/** A bucket object for each client in a Map: how `limiter` is used with many. */
export function limiterPeer(names: readonly string[], count: number): Peer {
  const buckets = new Map<string, TokenBucket>();
  const consume = (key: string): boolean => {
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket({ bucketSize: POINTS, tokensPerInterval: 1, interval: 'day' });
      bucket.content = POINTS;
      buckets.set(key, bucket);
    }
    return bucket.tryRemoveTokens(1);
  };
  let passed = 0;
  for (let i = 0; i < 1_000; i++) if (consume('the same')) passed++;
  if (passed !== POINTS) throw new Error(`limiter let ${passed} of 1,000 calls pass where ${POINTS} may`);
  for (let i = 0; i < count; i++) consume(names[i % names.length] as string);
  const start = coreSeconds();
  for (let i = 0; i < count; i++) consume(names[i % names.length] as string);
  return { name: 'limiter', value: Math.round(count / (coreSeconds() - start)), entries: count };
}

/** Calls that each ask a real Redis, in flight together; beside it, what ours exchanges with the same Redis. Wall time. */
export async function redisPeer(
  names: readonly string[],
  count: number,
): Promise<Pick<Result, 'value' | 'why' | 'peers'>> {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  try {
    redis = await startRedis({ args: ['--appendonly', 'no'] });
  } catch (error) {
    return { value: null, why: `no Redis here: ${String(error).split('\n')[0]}` };
  }
  const client = createClient({ url: redis.url });
  const ours = openRedisSharedLimits({ url: redis.url });
  try {
    await client.connect();
    const limiter = new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true,
      points: POINTS,
      duration: 3_600,
    });
    await agrees('rate-limiter-flexible with Redis', (key) => limiter.consume(key).then(passes, refuses));
    const start = performance.now();
    for (let at = 0; at < count; at += 500)
      await Promise.all(names.slice(at, at + 500).map((name) => limiter.consume(name).then(passes, refuses)));
    const value = Math.round((count * 1000) / (performance.now() - start));
    const began = performance.now();
    for (let at = 0; at < count; at += 500)
      await ours.exchange(
        names.slice(at, at + 500).map((_, i) => ({ key: (at + i).toString(16), chargeMs: 10 })),
      );
    const exchanged = Math.round((count * 1000) / (performance.now() - began));
    return { value, peers: [{ name: 'ours, keys exchanged', value: exchanged }] };
  } finally {
    client.destroy();
    await ours.close();
    await redis.remove();
  }
}

const passes = (): boolean => true;
const refuses = (): boolean => false;
