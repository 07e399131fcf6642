export { openRedisSharedLimits, type RedisSharedLimitsOptions } from './redis-shared-limits.ts';
