import type { IncomingMessage } from 'node:http';
import type { MiddlewareOptions } from './about.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { nodeVisit } from './node-visit.ts';

interface Context {
  readonly req: IncomingMessage;
  status: number;
  body: unknown;
  set(fields: Record<string, string>): void;
}

/** For Koa: `app.use(koaAegis(gatekeeper))`. Koa's own `app.proxy` has no part in it. */
export function koaAegis<C extends Context>(
  gatekeeper: Gatekeeper,
  { about }: MiddlewareOptions<C> = {},
): (context: C, next: () => Promise<unknown>) => Promise<unknown> {
  return async (context, next) => {
    const refusal = gatekeeper.check(nodeVisit(context.req, about?.(context)));
    if (refusal === undefined) return next();
    context.status = refusal.status;
    context.body = refusal.body;
    // After the body, which has a type of its own.
    context.set({ ...refusal.headers });
    return undefined;
  };
}
