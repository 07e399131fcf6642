export { answered } from './answered.ts';
export { isBroken } from './is-broken.ts';
export { messageOf } from './message-of.ts';
export {
  type Client,
  type Connected,
  RedisConnection,
  type RedisFault,
  type Reply,
} from './redis-connection.ts';
export {
  addressText,
  type RedisAddress,
  type RedisServerOptions,
  type RedisTls,
  type Sentinel,
} from './redis-server-options.ts';
