import type { IncomingMessage } from 'node:http';
import type { MiddlewareOptions } from './about.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { nodeVisit } from './node-visit.ts';

interface Request {
  readonly raw: IncomingMessage;
}

interface Reply {
  code(status: number): this;
  headers(fields: Readonly<Record<string, string>>): this;
  send(body: string): this;
}

interface App<R extends Request> {
  addHook(name: 'onRequest', hook: (request: R, reply: Reply) => Promise<Reply | undefined>): unknown;
}

/** For Fastify: `fastifyAegis(app, gatekeeper)`, before the routes. Fastify's own `trustProxy` has no part in it. */
export function fastifyAegis<R extends Request>(
  app: App<R>,
  gatekeeper: Gatekeeper,
  { about }: MiddlewareOptions<R> = {},
): void {
  app.addHook('onRequest', async (request, reply) => {
    const refusal = gatekeeper.check(nodeVisit(request.raw, about?.(request)));
    return refusal === undefined
      ? undefined
      : reply.code(refusal.status).headers(refusal.headers).send(refusal.body);
  });
}
