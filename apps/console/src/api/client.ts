import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { problemIn } from './api-problem.ts';
import type { paths } from './schema.ts';

/** The node's API v1, as every other client uses it; every answer that is no success is thrown as ApiProblem. */
export type Api = Client<paths>;

/** The API's own folder, also behind a proxy that adds a prefix: the page is `<root>/console/`. */
const ROOT = new URL('..', document.baseURI).href.replace(/\/$/, '');
const TIMEOUT_MS = 15_000;

/**
 * @param headers sent with every request, beside the cookie of who is signed in
 * @param onUnknown who asks is not, or no more, known to the node
 */
export function createApi(headers: Readonly<Record<string, string>>, onUnknown: () => void = () => {}): Api {
  const client = createClient<paths>({
    baseUrl: ROOT,
    cache: 'no-store',
    credentials: 'same-origin',
    headers,
  });
  client.use({
    onRequest({ request }) {
      // One that goes on brings its own signal.
      if (request.headers.get('accept') === 'text/event-stream') return request;
      return new Request(request, {
        signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
    },
    async onResponse({ response }) {
      // A refused address is an answer to a check, told by this header from a refused key.
      if (response.ok || response.headers.has('x-aegis-verdict'))
        return response.ok ? response : new Response(response.body, { headers: response.headers });
      if (response.status === 401) onUnknown();
      throw await problemIn(response);
    },
  } satisfies Middleware);
  return client;
}

/** What came; for answers that have a body whenever they are a success. */
export async function given<T>(answer: Promise<{ readonly data?: T }>): Promise<NonNullable<T>> {
  const { data } = await answer;
  if (data === undefined || data === null) throw new Error('The node answered without a body.');
  return data;
}
