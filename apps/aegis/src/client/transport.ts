import { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { ClientTls } from './client-tls.ts';
import { secureFetch } from './secure-fetch.ts';

/** Where the API is and who asks. */
export interface TransportOptions {
  /** `http://127.0.0.1:8411`. */
  readonly baseUrl: string;
  /** None is needed for health alone, and for checks where they are open. */
  readonly key?: string;
  /** Until the headers of an answer are there, and its body where that is read whole, ms; default 30,000. */
  readonly timeoutMs?: number;
  /** For `https://` with other trust than Node's. */
  readonly tls?: ClientTls;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Encoded already. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: { readonly type: string; readonly text: string };
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides 2xx that are answers and no problems. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests; every failure is an {@link ApiError}. */
export interface Transport {
  /** The body as JSON. */
  json(request: ApiRequest): Promise<unknown>;
  /** The body as it comes; the time limit ends with the headers. */
  stream(request: ApiRequest): Promise<AsyncIterable<Uint8Array>>;
}

export function createTransport({ baseUrl, key, timeoutMs = 30_000, tls }: TransportOptions): Transport {
  const base = baseUrl.replace(/\/+$/, '');

  async function send<T>(request: ApiRequest, read: (response: Response) => Promise<T>): Promise<T> {
    const { method = 'GET', path, query = {}, body, headers = {}, answers = [], signal } = request;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      const init = {
        method,
        headers: {
          ...headers,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': body.type }),
        },
        signal: signal === undefined ? timeout.signal : AbortSignal.any([timeout.signal, signal]),
        ...(body === undefined ? {} : { body: body.text }),
      };
      const url = `${base}${path}${queryText(query)}`;
      const response =
        tls !== undefined && base.startsWith('https://')
          ? await secureFetch(url, init, tls)
          : await fetch(url, { ...init, redirect: 'error' });
      if (isProblem(response) || !(response.ok || answers.includes(response.status)))
        throw await problemIn(response);
      return await read(response);
    } catch (error) {
      if (error instanceof ApiError || signal?.aborted === true) throw error;
      const why = timeout.signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error);
      throw new ApiError('unreachable', `cannot reach ${base}: ${why}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    json: (request) =>
      send(request, async (response) => {
        const text = await response.text();
        try {
          return JSON.parse(text) as unknown;
        } catch (cause) {
          const about = { status: response.status, cause };
          throw new ApiError('bad_answer', `${base} does not answer as an Aegis node does`, about);
        }
      }),
    stream: (request) => send(request, async (response) => response.body ?? new Blob([]).stream()),
  };
}

function queryText(query: Query): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value));
  return text.size === 0 ? '' : `?${text.toString()}`;
}

function isProblem(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/problem+json') === true;
}

const ProblemShape = z.looseObject({
  type: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ where: z.string(), message: z.string() })).optional(),
});

async function problemIn(response: Response): Promise<ApiError> {
  const { status, headers } = response;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const about = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  };
  const problem = ProblemShape.safeParse(await response.json().catch(() => undefined));
  if (!problem.success)
    return new ApiError('bad_answer', `status ${status}, and nothing that says why`, about);
  const { type, detail, errors = [] } = problem.data;
  return new ApiError(type.replace(/^urn:aegis:problem:/, ''), detail, { ...about, errors });
}

/** The reason of a failed `fetch` hides in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
