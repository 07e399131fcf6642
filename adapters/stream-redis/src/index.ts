export { describeRedis, type RedisFacts } from './describe-redis.ts';
export { openRedisStream, type RedisStreamOptions } from './redis-stream.ts';
