import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Admission, Admitted } from './admission.ts';
import { endSignal } from './end-signal.ts';
import { PROBLEM_TYPE, type Problem, problemBody } from './problem.ts';
import type { Outcome, Reply, Route, Scene } from './route.ts';
import { routeInput } from './route-input.ts';

export interface MountOptions {
  readonly scene: Scene;
  readonly admission: Admission;
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal;
}

/** Puts a route into the web framework: who may, is it well formed, do it, send what came of it. */
export function mountRoute(app: FastifyInstance, route: Route, options: MountOptions): void {
  const { scene, admission, closing } = options;
  const { limits } = scene.config;
  const admitted = new WeakMap<FastifyRequest, Admitted>();

  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: route.bulk === true ? limits.intakeBodyBytes : limits.bodyBytes,
    exposeHeadRoute: route.endless !== true,

    async onRequest(request, reply) {
      const caller = admission(request.raw, route);
      if (!caller.ok) return sendProblem(reply, caller.error);
      const { setCookie } = caller.value.signedIn ?? {};
      if (setCookie !== undefined) reply.header('set-cookie', setCookie);
      admitted.set(request, caller.value);
      const unsupported = route.body === undefined ? undefined : unsupportedBody(route.body, request);
      if (unsupported !== undefined) return sendProblem(reply, unsupported);
    },

    async handler(request, reply) {
      const signal = (): AbortSignal => endSignal(closing, reply.raw);
      const { params, query, body } = request;
      const asked = { params, query: query as object, body, contentType: contentTypeOf(request) };
      const input = routeInput(route, asked, { ...(admitted.get(request) as Admitted), signal });
      const outcome: Outcome = input.ok ? await route.handler(scene, input.value) : input;
      return outcome.ok ? sendReply(reply, outcome.value) : sendProblem(reply, outcome.error);
    },
  });
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
