export { type GuardProblem, guardProblem } from './guard-problem.ts';
export { type Ask, type GuardSocketOptions, guardSocket } from './guard-socket.ts';
export { type Caller, guardUpgrade } from './guard-upgrade.ts';
export {
  expressGuard,
  fastifyGuard,
  type HttpGuard,
  type HttpGuardOptions,
  httpGuard,
} from './http-guard.ts';
export { rateLimitFields } from './rate-limit-fields.ts';
