import { readFileSync } from 'node:fs';
import { AegisError, type Clock } from '@aegis/model';
import type { Stream } from '@aegis/ports';
import { addressText, type RedisServerOptions } from '@aegis/redis';
import { openRedisStream } from '@aegis/stream-redis';
import { openSqliteStream } from '@aegis/stream-sqlite';
import type { Config } from '../config/config.ts';
import type { Secrets } from '../config/env-secrets.ts';
import { MOST_PROPOSALS } from '../pipeline/proposal-outbox.ts';
import type { DataDir } from './data-dir.ts';

export interface StreamOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly dir: DataDir;
  readonly clock: Clock;
}

/** Where sessions wait for analysis: in the Redis that the config names, otherwise in the data directory. */
export async function openSessionStream({ config, secrets, dir, clock }: StreamOptions): Promise<Stream> {
  const { stream, maxBacklog: maxLength } = config.pipeline;
  const redis = redisServer(config, secrets);
  if (redis === undefined) return openSqliteStream({ path: dir.stream, clock, maxLength });
  return openRedisStream({ ...redis, stream, maxLength, replicas: config.redis.replicas });
}

/** Where proposals of `aegis worker` wait for a node. */
export async function openProposalStream({ config, secrets, dir, clock }: StreamOptions): Promise<Stream> {
  const redis = redisServer(config, secrets);
  const bounds = { maxLength: MOST_PROPOSALS };
  if (redis === undefined) return openSqliteStream({ path: dir.proposals, clock, ...bounds });
  return openRedisStream({ ...redis, stream: `${config.pipeline.stream}:proposals`, ...bounds });
}

/** In words, for people. */
export function streamPlace({ redis, pipeline }: Config, dir: DataDir): string {
  const { host, port, hosts } = redis;
  const servers = hosts.length > 0 ? hosts : host === '' ? [] : [{ host, port }];
  if (servers.length === 0) return dir.stream;
  const kind = hosts.length > 0 ? 'the Redis Cluster' : 'Redis';
  return `${pipeline.stream} in ${kind} at ${servers.map(addressText).join(', ')}`;
}

/** Undefined where the config names no Redis. Throws AegisError `bad_redis_tls` where a file of its TLS is not there. */
export function redisServer(config: Config, secrets: Secrets): RedisServerOptions | undefined {
  const { host, port, hosts } = config.redis;
  const [first, ...others] = hosts.length > 0 ? hosts : host === '' ? [] : [{ host, port }];
  if (first === undefined) return undefined;
  return { ...redisAccess(config, secrets), servers: [first, ...others], cluster: hosts.length > 0 };
}

/** How to get into any Redis of this node. Throws AegisError `bad_redis_tls`. */
export function redisAccess(
  { redis }: Config,
  { redisPassword }: Secrets,
): Omit<RedisServerOptions, 'servers' | 'cluster'> {
  const { username, database, timeoutMs, tls } = redis;
  return {
    ...(username === '' ? {} : { username }),
    ...(redisPassword === undefined ? {} : { password: redisPassword.reveal() }),
    ...(database === 0 ? {} : { database }),
    connectTimeoutMs: timeoutMs,
    commandTimeoutMs: timeoutMs,
    ...(tls.enabled
      ? {
          tls: {
            ...pem('ca', 'redis.tls.ca_file', tls.caFile),
            ...pem('cert', 'redis.tls.cert_file', tls.certFile),
            ...pem('key', 'redis.tls.key_file', tls.keyFile),
            ...(tls.serverName === '' ? {} : { serverName: tls.serverName }),
            verify: tls.verify,
          },
        }
      : {}),
  };
}

function pem<Name extends string>(name: Name, key: string, file: string): Partial<Record<Name, string>> {
  if (file === '') return {};
  try {
    return { [name]: readFileSync(file, 'utf8') } as Record<Name, string>;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('bad_redis_tls', `${key}: ${message}`, { cause });
  }
}
