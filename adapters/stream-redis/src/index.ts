export type { RedisAddress, RedisServerOptions, RedisTls } from './redis-server-options.ts';
export { openRedisStream, type RedisStreamOptions } from './redis-stream.ts';
