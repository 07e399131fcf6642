export { describeRedis, type RedisFacts } from './describe-redis.ts';
export {
  addressText,
  type RedisAddress,
  type RedisServerOptions,
  type RedisTls,
} from './redis-server-options.ts';
export { openRedisStream, type RedisStreamOptions } from './redis-stream.ts';
