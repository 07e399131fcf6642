import { RedisConnection, type RedisServerOptions } from '@aegis/redis';
import { redisFault } from './redis-fault.ts';

/** A connection whose failures are those of a stream: AegisError `stream_unavailable` or `stream_full`. */
export function streamConnection(server: RedisServerOptions, key: string): RedisConnection {
  return new RedisConnection(server, key, redisFault);
}
