import type { IncomingMessage, ServerResponse } from 'node:http';
import { Result } from '@aegis/model';
import type { Admission } from './admission.ts';
import type { AnswerSeen } from './answer-seen.ts';
import { endSignal } from './end-signal.ts';
import { loggedProblem } from './logged-problem.ts';
import { parseQuery } from './parse-query.ts';
import { PROBLEM_TYPE, type Problem, problemBody } from './problem.ts';
import type { Outcome, Reply, Route, Scene } from './route.ts';
import { routeInput } from './route-input.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface DirectRoutesOptions {
  readonly scene: Scene;
  readonly admission: Admission;
  /** Aborted when the server begins to close. */
  readonly closing: AbortSignal;
  readonly onAnswer?: (answer: AnswerSeen) => void;
}

/** Flat, as Node writes it: name, value, name, value. */
const SECURITY = Object.entries(SECURITY_HEADERS).flat();
/** For an answer that brings a policy of its own. */
const SECURITY_BUT_POLICY = Object.entries(SECURITY_HEADERS)
  .filter(([name]) => name !== 'content-security-policy')
  .flat();

/**
 * Answers the routes that are `direct` without the web framework, whose way through hooks and promises costs several
 * times what a verdict does (docs/adr/0043-checks-before-the-framework.md). Only where the request is written as
 * everyone writes it: GET or HEAD, and exactly the path. Everything else, such as an escape in the path, goes the long
 * way and is answered the same: both ways only lead to the route's one definition.
 */
export class DirectRoutes {
  readonly #options: DirectRoutesOptions;
  readonly #byPath: ReadonlyMap<string, Route>;

  constructor(routes: readonly Route[], options: DirectRoutesOptions) {
    const direct = routes.filter((route) => route.direct === true && route.method === 'GET');
    this.#options = options;
    this.#byPath = new Map(direct.map((route) => [route.path, route]));
  }

  /** Whether it is answered, or will be. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const mark = url.indexOf('?');
    const route = this.#byPath.get(mark < 0 ? url : url.slice(0, mark));
    // The last answers also say that the connection ends: that is the framework's to do.
    if (route === undefined || this.#options.closing.aborted) return false;
    new DirectAnswer(route, request, response, this.#options).give(mark < 0 ? '' : url.slice(mark + 1));
    return true;
  }
}

class DirectAnswer {
  readonly #route: Route;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: DirectRoutesOptions;
  readonly #id: string;
  readonly #begun: number;
  #setCookie: string | undefined;

  constructor(
    route: Route,
    request: IncomingMessage,
    response: ServerResponse,
    options: DirectRoutesOptions,
  ) {
    this.#route = route;
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#id = options.scene.newId();
    this.#begun = options.scene.clock.monotonic();
  }

  give(query: string): void {
    try {
      const outcome = this.#outcome(query);
      if (outcome instanceof Promise)
        outcome.then(
          (later) => this.#write(later),
          (fault) => this.#write(this.#failed(fault)),
        );
      else this.#write(outcome);
    } catch (fault) {
      this.#write(this.#failed(fault));
    }
  }

  #outcome(query: string): Promise<Outcome> | Outcome {
    const { scene, admission, closing } = this.#options;
    const admitted = admission(this.#request, this.#route);
    if (!admitted.ok) return admitted;
    this.#setCookie = admitted.value.signedIn?.setCookie;
    const asked = { params: {}, query: parseQuery(query), body: undefined, contentType: '' };
    const signal = (): AbortSignal => endSignal(closing, this.#response);
    const input = routeInput(this.#route, asked, { ...admitted.value, signal });
    return input.ok ? this.#route.handler(scene, input.value) : input;
  }

  #failed(fault: unknown): Outcome {
    const where = { request: this.#id, route: this.#route.path };
    return Result.err(loggedProblem(fault, where, this.#options.scene.logger));
  }

  #write(outcome: Outcome): void {
    const { status, headers = {}, body, type } = outcome.ok ? outcome.value : this.#replyOf(outcome.error);
    const security = headers['content-security-policy'] === undefined ? SECURITY : SECURITY_BUT_POLICY;
    const head = [...security, 'x-request-id', this.#id];
    if (this.#setCookie !== undefined) head.push('set-cookie', this.#setCookie);
    for (const name in headers) head.push(name, headers[name] as string);
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    if (body !== undefined) head.push('content-type', withCharset(type ?? 'application/json'));
    const length = Buffer.byteLength(text);
    head.push('content-length', String(length));
    this.#response.writeHead(status, head);
    // What is ASCII goes out as it lies in memory.
    this.#response.end(text, length === text.length ? 'latin1' : 'utf8');
    this.#tell(status);
  }

  #replyOf(problem: Problem): Reply {
    const { status, headers = {} } = problem;
    return { status, headers, type: PROBLEM_TYPE, body: problemBody(problem, this.#id) };
  }

  #tell(status: number): void {
    const { onAnswer, scene } = this.#options;
    const seconds = (scene.clock.monotonic() - this.#begun) / 1_000;
    const seen = { method: this.#request.method as string, route: this.#route.path, status, seconds };
    scene.logger.debug({ request: this.#id, ...seen }, 'answered');
    onAnswer?.(seen);
  }
}

function withCharset(type: string): string {
  return type.includes('charset=') ? type : `${type}; charset=utf-8`;
}
