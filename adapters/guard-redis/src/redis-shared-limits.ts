import { AegisError, type Logger } from '@aegis/model';
import type { SharedCharge, SharedLimits } from '@aegis/ports';
import { createClient } from '@redis/client';
import { EXCHANGE_SCRIPT } from './exchange-script.ts';

export interface RedisSharedLimitsOptions {
  /** `redis://127.0.0.1:6379/0`, `rediss://` with TLS. */
  readonly url: string;
  /** Before every key; servers that share limits have the same. Default `aegis:guard:`. */
  readonly prefix?: string;
  /** An exchange that takes longer has failed; at most 1,000, which is the default. */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
}

/** Keys of one script: while it runs, Redis does nothing else. */
const KEYS_AT_ONCE = 500;
const RETRY_MOST_MS = 500;

/**
 * Connects in the background and again whenever the connection is lost: a guard starts, and goes on, without its
 * Redis. Keys of an exchange may be on any node of a proxy, not of a Redis Cluster.
 */
export function openRedisSharedLimits(options: RedisSharedLimitsOptions): SharedLimits {
  const { url, prefix = 'aegis:guard:', timeoutMs = 1_000, logger } = options;
  const client = createClient({
    url,
    // What waits while Redis is away has failed by the time it is back.
    disableOfflineQueue: true,
    socket: {
      reconnectStrategy: (attempt) => Math.min(RETRY_MOST_MS, 20 * (attempt + 1)),
      connectTimeout: timeoutMs,
    },
  });
  client.on('error', (error) => logger?.debug({ error: String(error) }, 'shared limits: Redis is away'));
  const connecting = client.connect().catch(() => undefined);
  let isOpen = true;

  const run = async (charges: readonly SharedCharge[]): Promise<readonly number[]> => {
    const answer = await client.eval(EXCHANGE_SCRIPT, {
      keys: charges.map(({ key }) => prefix + key),
      arguments: charges.map(({ chargeMs }) => chargeMs.toFixed(4)),
    });
    return (answer as readonly string[]).map(Number);
  };
  const unavailable = (message: string, cause?: unknown): AegisError =>
    new AegisError('shared_limits_unavailable', message, { cause });

  return {
    async exchange(charges) {
      if (!isOpen) throw unavailable('the shared limits are closed');
      const late = AbortSignal.timeout(timeoutMs);
      const timedOut = new Promise<never>((_, reject) => {
        late.addEventListener('abort', () =>
          reject(unavailable(`Redis did not answer within ${timeoutMs} ms`)),
        );
      });
      try {
        await Promise.race([connecting, timedOut]);
        const batches: Promise<readonly number[]>[] = [];
        for (let at = 0; at < charges.length; at += KEYS_AT_ONCE)
          batches.push(run(charges.slice(at, at + KEYS_AT_ONCE)));
        return (await Promise.race([Promise.all(batches), timedOut])).flat();
      } catch (error) {
        if (error instanceof AegisError) throw error;
        throw unavailable(
          `Redis cannot be used: ${error instanceof Error ? error.message : String(error)}`,
          error,
        );
      } finally {
        timedOut.catch(() => {});
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      client.destroy();
      await connecting;
    },
  };
}
