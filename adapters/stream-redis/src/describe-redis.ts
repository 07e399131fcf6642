import type { RedisServerOptions } from '@aegis/redis';
import { streamConnection } from './stream-connection.ts';

/** What matters of a server that is to keep a stream. */
export interface RedisFacts {
  readonly version: string;
  /** How it keeps what it has: an append-only file, snapshots, or not at all. */
  readonly persistence: 'append-only file' | 'snapshots' | 'none';
  /** Bytes; 0 where there is no bound. */
  readonly maxMemory: number;
  readonly usedMemory: number;
  /** `noeviction`, `allkeys-lru` ... */
  readonly evictionPolicy: string;
}

/** Asks the server that holds `stream`. Throws AegisError `stream_unavailable`. */
export async function describeRedis(server: RedisServerOptions, stream: string): Promise<RedisFacts> {
  const connection = streamConnection(server, stream);
  try {
    const [info, save] = await Promise.all([
      connection.send(['INFO']),
      // Not every access list, and no managed Redis, allows it.
      connection.send(['CONFIG', 'GET', 'save']).catch(() => null),
    ]);
    const lines = String(info).split('\r\n');
    const value = (name: string): string =>
      lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
    const snapshots = !Array.isArray(save) || save[1] !== '';
    return {
      version: value('redis_version'),
      persistence: value('aof_enabled') === '1' ? 'append-only file' : snapshots ? 'snapshots' : 'none',
      maxMemory: Number(value('maxmemory')),
      usedMemory: Number(value('used_memory')),
      evictionPolicy: value('maxmemory_policy'),
    };
  } finally {
    connection.close();
  }
}
