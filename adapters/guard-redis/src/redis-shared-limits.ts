import { AegisError, type Logger } from '@aegis/model';
import type { SharedCharge, SharedLimits } from '@aegis/ports';
import { connectRedis } from './connect-redis.ts';

export interface RedisSharedLimitsOptions {
  /** `redis://127.0.0.1:6379/0`, `rediss://` with TLS; of a Cluster one or more of its servers. */
  readonly url: string | readonly [string, ...string[]];
  /** Whether it is a Redis Cluster; default false. */
  readonly cluster?: boolean;
  /** Before every key; servers that share limits have the same. Default `aegis:guard:`. */
  readonly prefix?: string;
  /** An exchange that takes longer has failed; at most 1,000, which is the default. */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
}

/** Keys of one script: while it runs, Redis does nothing else. */
const KEYS_AT_ONCE = 500;

/**
 * A guard starts, and goes on, without its Redis. In a Cluster keys have one of 256 hash tags, the first two digits
 * of the key: the keys of a tag are on one server and are exchanged together.
 */
export function openRedisSharedLimits(options: RedisSharedLimitsOptions): SharedLimits {
  const { url, cluster = false, prefix = 'aegis:guard:', timeoutMs = 1_000, logger } = options;
  const connection = connectRedis({
    urls: typeof url === 'string' ? [url] : url,
    cluster,
    timeoutMs,
    onError: (error) => logger?.debug({ error: String(error) }, 'shared limits: Redis is away'),
  });
  const nameOf = cluster
    ? (key: string): string => `${prefix}{${tagOf(key)}}:${key}`
    : (key: string): string => prefix + key;
  let isOpen = true;

  const run = async (charges: readonly Placed[], aheads: number[]): Promise<void> => {
    const answer = await connection.exchange(
      charges.map(({ key }) => nameOf(key)),
      charges.map(({ chargeMs }) => chargeMs.toFixed(4)),
    );
    for (const [i, { at }] of charges.entries()) aheads[at] = Number(answer[i]);
  };
  const all = async (charges: readonly SharedCharge[]): Promise<readonly number[]> => {
    await connection.ready;
    const aheads = new Array<number>(charges.length).fill(0);
    await Promise.all(batchesOf(charges, cluster).map((batch) => run(batch, aheads)));
    return aheads;
  };

  return {
    async exchange(charges) {
      if (!isOpen) throw unavailable('the shared limits are closed');
      const { promise: late, reject } = Promise.withResolvers<never>();
      const message = `Redis did not answer within ${timeoutMs} ms`;
      const timer = setTimeout(() => reject(unavailable(message)), timeoutMs);
      try {
        return await Promise.race([all(charges), late]);
      } catch (error) {
        if (error instanceof AegisError) throw error;
        throw unavailable(
          `Redis cannot be used: ${error instanceof Error ? error.message : String(error)}`,
          error,
        );
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      connection.close();
      await connection.ready;
    },
  };
}

/** A charge and its place among those asked. */
interface Placed extends SharedCharge {
  readonly at: number;
}

/** What one script may take: not too much, and in a Cluster of one tag. */
function batchesOf(charges: readonly SharedCharge[], cluster: boolean): readonly (readonly Placed[])[] {
  const placed = charges.map((charge, at): Placed => ({ ...charge, at }));
  const groups = cluster ? [...Map.groupBy(placed, ({ key }) => tagOf(key)).values()] : [placed];
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / KEYS_AT_ONCE) }, (_, nth) =>
      group.slice(nth * KEYS_AT_ONCE, (nth + 1) * KEYS_AT_ONCE),
    ),
  );
}

function tagOf(key: string): string {
  return key.slice(0, 2);
}

function unavailable(message: string, cause?: unknown): AegisError {
  return new AegisError('shared_limits_unavailable', message, { cause });
}
