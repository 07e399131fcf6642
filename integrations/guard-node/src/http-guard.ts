import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard, RpcCall } from '@aegis/guard';
import { guardProblem } from './guard-problem.ts';
import { rateLimitFields } from './rate-limit-fields.ts';

export interface HttpGuardOptions {
  readonly guard: Guard;
  /** Who calls what. `user` only where it was authenticated; without it the address counts. */
  readonly identify: (request: IncomingMessage) => RpcCall;
  /** What a shadow-banned client is told that it did; default `{}` with status 200. */
  readonly pretend?: (request: IncomingMessage) => { readonly status: number; readonly body: unknown };
  /** Calls that are delayed at the same time; one more is refused. Default 1,000. */
  readonly mostDelayed?: number;
}

/**
 * The guard in front of a handler. Resolves with whether to go on; where not, the request is answered. A call
 * whose effect must be dropped never reaches the handler.
 */
export type HttpGuard = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** For `node:http`: `if (await guard(request, response)) …`. */
export function httpGuard(options: HttpGuardOptions): HttpGuard {
  const { guard, identify, pretend = () => ({ status: 200, body: {} }), mostDelayed = 1_000 } = options;
  let delayed = 0;
  return async (request, response) => {
    const call = identify(request);
    const verdict = guard.checkRpc(call);
    const fields = rateLimitFields(verdict, guard.quotas(call));
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
    if (!verdict.allowed || (verdict.delayMs > 0 && delayed >= mostDelayed)) {
      const { status, body } = guardProblem(verdict);
      answer(response, status, 'application/problem+json', body);
      return false;
    }
    if (verdict.delayMs > 0) {
      delayed++;
      await sleep(verdict.delayMs).finally(() => delayed--);
    }
    if (!verdict.silentDrop) return !response.destroyed;
    const { status, body } = pretend(request);
    answer(response, status, 'application/json', body);
    return false;
  };
}

/** For Express and Connect: `app.use(expressGuard(options))`. */
export function expressGuard(
  options: HttpGuardOptions,
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  const check = httpGuard(options);
  return (request, response, next) => {
    check(request, response).then((goOn) => {
      if (goOn) next();
    }, next);
  };
}

interface FastifyLike {
  readonly raw: IncomingMessage;
}

interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** For Fastify: `app.addHook('onRequest', fastifyGuard(options))`. */
export function fastifyGuard(
  options: HttpGuardOptions,
): (request: FastifyLike, reply: FastifyReplyLike) => Promise<void> {
  const check = httpGuard(options);
  return async (request, reply) => {
    if (!(await check(request.raw, reply.raw))) reply.hijack();
  };
}

function answer(response: ServerResponse, status: number, type: string, body: unknown): void {
  if (response.destroyed || response.writableEnded) return;
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.end(JSON.stringify(body));
}
