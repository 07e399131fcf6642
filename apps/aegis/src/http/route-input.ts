import { Readable } from 'node:stream';
import { Result } from '@aegis/model';
import type { Admitted } from './admission.ts';
import { checkInput } from './check-input.ts';
import { parseJson } from './parse-json.ts';
import { badRequest, type Problem } from './problem.ts';
import type { BodyForm, RawBody, Route, RouteInput } from './route.ts';

/** The parts of a request, taken apart and not yet looked at. */
export interface AskedParts {
  readonly params: unknown;
  /** May have no prototype. */
  readonly query: object;
  readonly body: unknown;
  /** In lower case, without parameters. */
  readonly contentType: string;
}

type Context = Admitted & Pick<RouteInput<unknown, unknown, unknown>, 'signal'>;

/** What a route's handler is given, where all of it is as the route says. */
export function routeInput(
  route: Route,
  asked: AskedParts,
  context: Context,
): Result<RouteInput<unknown, unknown, unknown>, Problem> {
  const params = route.params === undefined ? Result.ok({}) : checkInput('path', asked.params, route.params);
  if (!params.ok) return params;
  const query = queryOf(route, asked.query);
  if (!query.ok) return query;
  const { contentType } = asked;
  const form = route.body?.[contentType];
  const body = form === undefined ? Result.ok(undefined) : bodyOf(form, asked.body);
  if (!body.ok) return body;
  return Result.ok({
    params: params.value,
    query: query.value,
    body: body.value,
    contentType,
    ...context,
  });
}

function queryOf(route: Route, query: object): Result<unknown, Problem> {
  // Spread: an object without a prototype becomes an ordinary one, and its own `__proto__` key stays a key.
  if (route.query !== undefined) return checkInput('query', { ...query }, route.query);
  const [unknown] = Object.keys(query);
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
