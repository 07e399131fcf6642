import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MiddlewareOptions } from './about.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { nodeVisit } from './node-visit.ts';

/** For Express, Connect and `node:http`: `app.use(expressAegis(gatekeeper))`. Express' own `trust proxy` has no part in it. */
export function expressAegis<Request extends IncomingMessage>(
  gatekeeper: Gatekeeper,
  { about }: MiddlewareOptions<Request> = {},
): (request: Request, response: ServerResponse, next: () => void) => void {
  return (request, response, next) => {
    const refusal = gatekeeper.check(nodeVisit(request, about?.(request)));
    if (refusal === undefined) return next();
    response.writeHead(refusal.status, refusal.headers).end(refusal.body);
  };
}
