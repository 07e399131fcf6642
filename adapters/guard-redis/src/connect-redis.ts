import { createClient, createCluster } from '@redis/client';
import { EXCHANGE_SCRIPT } from './exchange-script.ts';

/** One Redis, or a Cluster. */
export interface RedisConnection {
  /** Runs the script; in a Cluster all keys are of one slot. Rejects at once where Redis is away. */
  exchange(keys: readonly string[], charges: readonly string[]): Promise<readonly string[]>;
  /** Resolves when it is there for the first time, or was given up. */
  readonly ready: Promise<void>;
  close(): void;
}

export interface ConnectOptions {
  readonly urls: readonly [string, ...string[]];
  readonly cluster: boolean;
  readonly timeoutMs: number;
  readonly onError: (error: unknown) => void;
}

const RETRY_MOST_MS = 500;

/** Connects in the background and again whenever the connection is lost. */
export function connectRedis({ urls, cluster, timeoutMs, onError }: ConnectOptions): RedisConnection {
  const shared = {
    // What waits while Redis is away has failed by the time it is back.
    disableOfflineQueue: true,
    socket: {
      reconnectStrategy: (attempt: number) => Math.min(RETRY_MOST_MS, 20 * (attempt + 1)),
      connectTimeout: timeoutMs,
    },
  };
  const client = cluster
    ? createCluster({ rootNodes: urls.map((url) => ({ url })), defaults: shared })
    : createClient({ url: urls[0], ...shared });
  client.on('error', onError);
  let isOpen = true;
  const ready = connected(
    () => client.connect(),
    () => isOpen,
  );
  return {
    ready,
    async exchange(keys, charges) {
      const answer = await client.eval(EXCHANGE_SCRIPT, { keys: [...keys], arguments: [...charges] });
      return answer as readonly string[];
    },
    close() {
      isOpen = false;
      client.destroy();
    },
  };
}

/** A single client tries for ever by itself; a Cluster gives up where none of its servers is there. */
async function connected(connect: () => Promise<unknown>, isOpen: () => boolean): Promise<void> {
  while (isOpen()) {
    try {
      await connect();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MOST_MS).unref());
    }
  }
}
