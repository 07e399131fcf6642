import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock, Logger } from '@aegis/model';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { SignIns } from '../auth/sign-ins.ts';
import { mountConsole } from '../console/mount-console.ts';
import type { Services } from '../node/services.ts';
import { createAdmission } from './admission.ts';
import type { AnswerSeen } from './answer-seen.ts';
import { readBlockPage } from './block-page.ts';
import { ConnectionDrain } from './connection-drain.ts';
import { DecisionFeed } from './decision-feed.ts';
import { DirectRoutes } from './direct-routes.ts';
import { Gate } from './gate.ts';
import type { HttpConfig } from './http-config.ts';
import { loggedProblem } from './logged-problem.ts';
import { mountRoute, sendProblem } from './mount-route.ts';
import { parseQuery } from './parse-query.ts';
import { badRequest, notFound, PROBLEM_TYPE, type Problem, problemBody, problemOfFault } from './problem.ts';
import { ProxyProtocolListener, type ProxyRefusal } from './proxy-protocol/proxy-protocol-listener.ts';
import type { Method, Route, Scene } from './route.ts';
import { routes } from './routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { readServerTls, type ServerTls } from './server-tls.ts';
import { signInCookie } from './sign-in-cookie.ts';
import { SignInGate } from './sign-in-gate.ts';

export interface HttpServerOptions {
  readonly services: Services;
  readonly config: HttpConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Unique and unguessable, for requests and audit entries. */
  readonly newId: () => string;
  /** Cryptographically secure, for the tokens of browsers that sign in. */
  readonly randomBytes: (size: number) => Uint8Array;
  /** Told of every answer, for metrics. */
  readonly onAnswer?: (answer: AnswerSeen) => void;
  /** Told of every connection that the port for the PROXY protocol refuses. */
  readonly onProxyRefused?: (why: ProxyRefusal) => void;
}

export interface HttpServer {
  /** Where it listens: `http://127.0.0.1:8411`, `https://` with TLS. Rejects where the address is taken. */
  listen(): Promise<string>;
  /** As PEM, where it speaks TLS. */
  readonly certificate: string | undefined;
  /** The same on the port for the PROXY protocol: `127.0.0.1:8413`. */
  listenProxied(): Promise<string>;
  /** Takes nothing new, ends streams, lets requests under way finish for the time of grace. */
  close(): Promise<void>;
}

/** How many changes are kept for followers that fall behind or come back. */
const FEED_CAPACITY = 16_384;

/** Throws AegisError `bad_tls`, see {@link readServerTls}, and `bad_block_page`, see {@link readBlockPage}. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { services, config, logger, clock, newId, randomBytes } = options;
  const feed = new DecisionFeed({
    epoch: newId(),
    capacity: FEED_CAPACITY,
    followers: config.limits.followers,
  });
  const signIns = new SignIns({ clock, randomBytes });
  const cookie = signInCookie(services.node.id);
  const blockPage = readBlockPage(config.blockPage);
  const scene: Scene = {
    ...{ services, config, logger, clock, newId, feed, blockPage, signIns, signInCookie: cookie },
  };
  const closing = new AbortController();
  const tls = readServerTls(config.tls, 'http');
  const gate = new Gate({
    ...{ services, openCheck: config.openCheck, clock, logger, newId },
    signInGate: new SignInGate({ keys: services.keys, signIns, cookie }),
  });
  const admission = createAdmission(gate, config);
  const direct = new DirectRoutes(routes, {
    ...{ scene, admission, closing: closing.signal },
    ...(options.onAnswer === undefined ? {} : { onAnswer: options.onAnswer }),
  });
  const app = createApp(options, tls);
  const { server } = app;
  const drain = new ConnectionDrain(server);
  putBefore(server, direct, drain);
  for (const route of routes) mountRoute(app, route, { scene, admission, closing: closing.signal });
  mountConsole(app);
  const proxied = new ProxyProtocolListener({
    ...config.proxyProtocol,
    headerTimeoutMs: config.limits.headersTimeoutMs,
    connections: config.limits.connections,
    serve: (socket) => void server.emit('connection', socket),
    onRefused: options.onProxyRefused ?? (() => {}),
    clock,
    logger,
  });
  const unfollow = [
    services.decisions.onChange((change) => feed.push(change)),
    services.feeds.listed.onChange((changes) => {
      for (const change of changes) feed.push(change);
    }),
    services.policies.onChange((policy) => feed.push({ kind: 'policy', policy })),
  ];

  return {
    certificate: tls?.cert,
    async listen() {
      await app.listen({ host: config.host, port: config.port });
      const { address, family, port } = server.address() as AddressInfo;
      return `${tls === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    },
    listenProxied: () => proxied.listen(),
    async close() {
      for (const stop of unfollow) stop();
      closing.abort();
      proxied.close();
      await drain.during(() => app.close(), config.limits.graceMs);
    },
  };
}

function createApp(
  { config: { limits }, logger, clock, newId, onAnswer }: HttpServerOptions,
  tls: ServerTls | undefined,
): FastifyInstance {
  const times = {
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: 1_000,
  };
  const app = fastify({
    genReqId: newId,
    requestIdHeader: false,
    // A request on an open connection is still served, with `Connection: close`; the stores close after us.
    return503OnClosing: false,
    trustProxy: false,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout: limits.requestTimeoutMs,
    routerOptions: { maxParamLength: 512, querystringParser: parseQuery },
    ...(tls === undefined ? { http: times } : { https: { ...times, ...tls } }),
    frameworkErrors: (error, request, reply) => {
      dress(reply as unknown as FastifyReply, request.id);
      sendProblem(
        reply as unknown as FastifyReply,
        problemOfFault(error) ?? badRequest('The request is malformed.'),
      );
    },
    clientErrorHandler: (error, socket) => answerRaw(socket, error as NodeJS.ErrnoException, newId()),
  });
  app.server.maxConnections = limits.connections;
  app.removeAllContentTypeParsers();
  for (const type of ['application/json', 'text/csv', 'text/plain'])
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('application/x-ndjson', (_request: unknown, stream: IncomingMessage, done: Done) =>
    done(null, stream),
  );

  const begun = new WeakMap<FastifyReply, number>();
  app.addHook('onRequest', async (request, reply) => {
    begun.set(reply, clock.monotonic());
    dress(reply, request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const seconds = (clock.monotonic() - (begun.get(reply) ?? clock.monotonic())) / 1_000;
    const route = request.routeOptions.url ?? 'unknown';
    const seen = { method: request.method, route, status: reply.statusCode, seconds };
    logger.debug({ request: request.id, ...seen }, 'answered');
    onAnswer?.(seen);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, nothingThere(request.method, request.url)));
  app.setErrorHandler((fault, request, reply) => {
    const where = { request: request.id, route: request.routeOptions.url };
    return sendProblem(reply, loggedProblem(fault, where, logger));
  });
  return app;
}

/**
 * The framework's own server, not one made for it: for `localhost` it opens a second one, on the other address. What
 * comes there goes the framework's way, and is answered the same.
 */
function putBefore(server: Server, direct: DirectRoutes, drain: ConnectionDrain): void {
  const framework = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!direct.serve(request, response)) for (const each of framework) each.call(server, request, response);
    drain.track(response);
  });
}

type Done = (error: Error | null, body?: unknown) => void;

function dress(reply: FastifyReply, requestId: string): void {
  reply.headers(SECURITY_HEADERS).header('x-request-id', requestId);
}

/** 405 where the path is known, else 404. */
function nothingThere(method: string, url: string): Problem {
  const path = (url.split('?', 1)[0] as string).split('/');
  const here = routes.filter((route) => fits(route, path));
  if (here.length === 0)
    return notFound('There is nothing at this path; GET /openapi.json lists what there is.');
  const methods = new Set<Method | 'HEAD'>(here.map((route) => route.method));
  if (here.some((route) => route.method === 'GET' && route.endless !== true)) methods.add('HEAD');
  const allow = [...methods].sort().join(', ');
  const detail = `${method} is not possible here, only ${allow}.`;
  return { status: 405, code: 'method_not_allowed', detail, headers: { allow } };
}

function fits(route: Route, path: readonly string[]): boolean {
  const pattern = route.path.split('/');
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => part === path[index] || (part.startsWith('{') && path[index] !== ''))
  );
}

const RAW_STATUS: Readonly<Record<string, number>> = Object.freeze({
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
});

/** An answer to what is no HTTP request, written by hand because there is nothing to answer through. */
function answerRaw(socket: Socket, error: NodeJS.ErrnoException, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = RAW_STATUS[error.code ?? ''] ?? 400;
  const problem = { status, code: 'bad_request', detail: 'This is not a whole HTTP request within bounds.' };
  const body = JSON.stringify(problemBody(problem, requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
