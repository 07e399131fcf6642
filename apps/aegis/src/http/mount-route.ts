import { Readable } from 'node:stream';
import { Address, clientAddresses, prefixMatcher, Result } from '@aegis/model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkInput } from './check-input.ts';
import type { Caller, Gate } from './gate.ts';
import { parseJson } from './parse-json.ts';
import { badRequest, PROBLEM_TYPE, type Problem, problemBody } from './problem.ts';
import type { BodyForm, Outcome, RawBody, Reply, Route, RouteInput, Scene } from './route.ts';

export interface MountOptions {
  readonly scene: Scene;
  readonly gate: Gate;
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal;
}

/** Puts a route into the web framework: who may, is it well formed, do it, send what came of it. */
export function mountRoute(app: FastifyInstance, route: Route, { scene, gate, closing }: MountOptions): void {
  const { limits, forwardingHeaders, trustedProxies } = scene.config;
  const rules = { trusted: prefixMatcher(trustedProxies), headers: forwardingHeaders };
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const target = `${route.method} ${route.path}`;

  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: route.bulk === true ? limits.intakeBodyBytes : limits.bodyBytes,
    exposeHeadRoute: route.endless !== true,

    async onRequest(request, reply) {
      const { headers } = request;
      const forwarding = { peer: peerOf(request), header: headerOf(request) };
      const clients = clientAddresses(forwarding, rules);
      const proxied = rules.trusted(forwarding.peer);
      const browser = {
        unsafe: !['GET', 'HEAD'].includes(request.method),
        secure: isSecure(request, proxied),
      };
      const caller = gate.admit({ headers, from: clients[0], target, browser }, route.permission);
      if (!caller.ok) return sendProblem(reply, caller.error);
      const { setCookie } = caller.value.signedIn ?? {};
      if (setCookie !== undefined) reply.header('set-cookie', setCookie);
      admitted.set(request, { ...caller.value, clients, proxied, secure: browser.secure });
      const unsupported = route.body === undefined ? undefined : unsupportedBody(route.body, request);
      if (unsupported !== undefined) return sendProblem(reply, unsupported);
    },

    async handler(request, reply) {
      const signal = (): AbortSignal => AbortSignal.any([closing, goneSignal(reply)]);
      const input = inputOf(route, request, { ...(admitted.get(request) as Admitted), signal });
      const outcome: Outcome = input.ok ? await route.handler(scene, input.value) : input;
      return outcome.ok ? sendReply(reply, outcome.value) : sendProblem(reply, outcome.error);
    },
  });
}

interface Admitted extends Caller {
  readonly clients: readonly [Address, ...Address[]];
  readonly proxied: boolean;
  readonly secure: boolean;
}

function inputOf(
  route: Route,
  request: FastifyRequest,
  context: Admitted & { readonly signal: () => AbortSignal },
): Result<RouteInput<unknown, unknown, unknown>, Problem> {
  const params =
    route.params === undefined ? Result.ok({}) : checkInput('path', request.params, route.params);
  if (!params.ok) return params;
  const query = queryOf(route, request);
  if (!query.ok) return query;
  const contentType = contentTypeOf(request);
  const form = route.body?.[contentType];
  const body = form === undefined ? Result.ok(undefined) : bodyOf(form, request.body);
  if (!body.ok) return body;
  return Result.ok({
    params: params.value,
    query: query.value,
    body: body.value,
    contentType,
    header: headerOf(request),
    ...context,
  });
}

function queryOf(route: Route, request: FastifyRequest): Result<unknown, Problem> {
  // Spread: the framework's object has no prototype, and its own `__proto__` key would stay an ordinary one.
  if (route.query !== undefined) return checkInput('query', { ...(request.query as object) }, route.query);
  const [unknown] = Object.keys(request.query as object);
  if (unknown === undefined) return Result.ok({});
  const where = `query.${unknown.slice(0, 100)}`;
  return Result.err(badRequest('This path takes no query.', [{ where, message: 'is not known here' }]));
}

function bodyOf(form: BodyForm<unknown>, body: unknown): Result<unknown, Problem> {
  if (form.kind === 'stream') {
    const raw: RawBody = { stream: body instanceof Readable ? body : Readable.from([]) };
    return Result.ok(raw);
  }
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  if (form.kind === 'text') {
    const raw: RawBody = { text: new TextDecoder().decode(bytes) };
    return Result.ok(raw);
  }
  const parsed = parseJson(bytes);
  if (parsed.ok) return checkInput('body', parsed.value, form.schema);
  const { what, line, column } = parsed.error;
  const message = `${what} at line ${line}, column ${column}`;
  return Result.err(badRequest('The body cannot be read.', [{ where: 'body', message }]));
}

function unsupportedBody(
  forms: Readonly<Record<string, unknown>>,
  request: FastifyRequest,
): Problem | undefined {
  const encoding = request.headers['content-encoding'];
  const known = Object.hasOwn(forms, contentTypeOf(request));
  if (known && (encoding === undefined || encoding === 'identity')) return undefined;
  const taken = Object.keys(forms).join(', ');
  const detail = `This path takes ${taken}, not compressed.`;
  return { status: 415, code: 'unsupported_media_type', detail, headers: { accept: taken } };
}

function contentTypeOf(request: FastifyRequest): string {
  const header = request.headers['content-type'] ?? '';
  return (header.split(';', 1)[0] as string).trim().toLowerCase();
}

function headerOf(request: FastifyRequest): (name: string) => string | undefined {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
}

/** Whether the browser speaks TLS: to us, or to a proxy that is believed. */
function isSecure(request: FastifyRequest, proxied: boolean): boolean {
  return request.protocol === 'https' || (proxied && headerOf(request)('x-forwarded-proto') === 'https');
}

function peerOf(request: FastifyRequest): Address {
  const parsed = Address.parseLenient(request.socket.remoteAddress ?? '');
  // A socket that is already gone has no address; nobody will read the answer.
  return parsed.ok ? parsed.value : ('0.0.0.0' as Address);
}

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.closed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function sendReply(reply: FastifyReply, { status, body, type, headers = {} }: Reply): FastifyReply {
  reply.code(status).headers(headers);
  if (body === undefined) return reply.send();
  reply.type(type ?? 'application/json');
  return reply.send(typeof body === 'string' || body instanceof Readable ? body : JSON.stringify(body));
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const body = JSON.stringify(problemBody(problem, reply.request.id));
  return reply
    .code(problem.status)
    .headers({ ...problem.headers })
    .type(PROBLEM_TYPE)
    .send(body);
}
