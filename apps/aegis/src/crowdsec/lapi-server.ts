import { gunzipSync } from 'node:zlib';
import type { Clock, Logger } from '@aegis/model';
import { type FastifyInstance, fastify } from 'fastify';
import { ConnectionDrain } from '../http/connection-drain.ts';
import type { Part } from '../node/lifecycle.ts';
import { type AgentScene, agentRoutes } from './agent-routes.ts';
import { type BouncerScene, bouncerRoutes } from './bouncer-routes.ts';

export interface LapiServerOptions extends BouncerScene, AgentScene {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const BODY_LIMIT = 16 * 1024 * 1024;
const GRACE_MS = 5000;

/** A server that speaks the protocol of CrowdSec's local API, version 1. */
export interface LapiServer extends Part {
  /** Where it listens: `http://127.0.0.1:8080`; empty before it does. */
  readonly url: string;
}

export function createLapiServer(options: LapiServerOptions): LapiServer {
  const app = createApp(options);
  const drain = new ConnectionDrain(app.server);
  let url = '';
  return {
    name: 'crowdsec api',
    get url() {
      return url;
    },
    async start() {
      url = await app.listen({ host: options.host, port: options.port });
    },
    stop: () => drain.during(() => app.close(), GRACE_MS),
  };
}

function createApp(options: LapiServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    connectionTimeout: 120_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16_384 },
    routerOptions: { maxParamLength: 512 },
  });
  app.server.maxConnections = 4096;
  app.removeAllContentTypeParsers();
  // Whatever they call it, it is JSON, and may be compressed.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      const zipped = request.headers['content-encoding'] === 'gzip';
      const text = (zipped ? gunzipSync(body, { maxOutputLength: BODY_LIMIT }) : body).toString();
      done(null, text === '' ? undefined : (JSON.parse(text) as unknown));
    } catch (error) {
      done(Object.assign(new Error(`the body is no JSON: ${(error as Error).message}`), { statusCode: 400 }));
    }
  });
  app.setErrorHandler((fault: Error & { readonly statusCode?: number }, request, reply) => {
    const status = fault.statusCode ?? 500;
    if (status >= 500)
      options.logger.error({ route: request.routeOptions.url, error: fault }, 'a request failed');
    return reply.code(status).send({ message: status >= 500 ? 'the node cannot answer now' : fault.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'Page or Method not found' }));
  app.get('/health', () => ({ status: 'up' }));
  bouncerRoutes(app, options);
  agentRoutes(app, options);
  return app;
}
