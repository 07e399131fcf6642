import type { IncomingMessage } from 'node:http';
import type { MiddlewareOptions } from './about.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { nodeVisit } from './node-visit.ts';

interface Context {
  /** Of `@hono/node-server`. */
  readonly env: { readonly incoming: IncomingMessage };
}

/** For Hono on `@hono/node-server`: `app.use(honoAegis(gatekeeper))`. */
export function honoAegis<C extends Context>(
  gatekeeper: Gatekeeper,
  { about }: MiddlewareOptions<C> = {},
): (context: C, next: () => Promise<void>) => Promise<Response | undefined> {
  return async (context, next) => {
    const refusal = gatekeeper.check(nodeVisit(context.env.incoming, about?.(context)));
    if (refusal !== undefined)
      return new Response(refusal.body, { status: refusal.status, headers: refusal.headers });
    await next();
    return undefined;
  };
}
