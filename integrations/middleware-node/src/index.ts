export type { MiddlewareOptions } from './about.ts';
export { expressAegis } from './express.ts';
export { fastifyAegis } from './fastify.ts';
export { Gatekeeper, type GatekeeperOptions, type Refusal, type Visit } from './gatekeeper.ts';
export { honoAegis } from './hono.ts';
export { koaAegis } from './koa.ts';
