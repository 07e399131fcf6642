/** The node's API v1, as every other client uses it. */

/** The API's own folder, also behind a proxy that adds a prefix. */
const ROOT = new URL('../', import.meta.url);
const TIMEOUT_MS = 15_000;

/** The node answered that it will not, or cannot (RFC 9457). */
export class ApiProblem extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail);
    this.name = 'ApiProblem';
    this.status = status;
  }
}

/**
 * @typedef {Readonly<Record<string, string | number | undefined>>} Query
 * @typedef {ReturnType<typeof createApi>} Api
 */

/**
 * With the cookie of who is signed in, which the browser sends by itself.
 *
 * @param {string} csrf what proves that it is this page that asks
 */
export function createApi(csrf) {
  return apiWith({ 'x-aegis-csrf': csrf });
}

/**
 * Before that: with a key, which is kept nowhere.
 *
 * @param {string} key
 */
export function keyApi(key) {
  return apiWith({ authorization: `Bearer ${key}` });
}

/**
 * @param {Readonly<Record<string, string>>} headers
 */
function apiWith(headers) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {Query} query
   * @param {AbortSignal} signal
   * @returns {Promise<Response>}
   */
  async function ask(method, path, query, signal) {
    const url = new URL(path, ROOT);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method,
      headers,
      signal,
      cache: 'no-store',
      credentials: 'same-origin',
    });
    // A refused address is an answer to a check, told by this header from a refused key.
    if (response.ok || response.headers.has('x-aegis-verdict')) return response;
    throw await problemIn(response);
  }

  return {
    /**
     * @param {string} path `v1/stats`
     * @param {Query} [query]
     * @returns {Promise<any>} the document that the API describes for it
     */
    async get(path, query = {}) {
      return (await ask('GET', path, query, AbortSignal.timeout(TIMEOUT_MS))).json();
    },
    /**
     * @param {string} path
     * @returns {Promise<any>}
     */
    async post(path) {
      return (await ask('POST', path, {}, AbortSignal.timeout(TIMEOUT_MS))).json();
    },
    /**
     * @param {string} path
     * @param {Query} [query]
     */
    async remove(path, query = {}) {
      await ask('DELETE', path, query, AbortSignal.timeout(TIMEOUT_MS));
    },
    /**
     * An answer that goes on until `signal`.
     *
     * @param {string} path
     * @param {AbortSignal} signal
     * @returns {Promise<ReadableStream<Uint8Array>>}
     */
    async stream(path, signal) {
      const { body } = await ask('GET', path, {}, signal);
      if (body === null) throw new ApiProblem(0, 'The answer has no body.');
      return body;
    },
  };
}

/**
 * @param {Response} response
 * @returns {Promise<ApiProblem>}
 */
async function problemIn(response) {
  const problem = await response.json().catch(() => ({}));
  const mistakes = (problem.errors ?? []).map((/** @type {{ message: string }} */ { message }) => message);
  const detail = [problem.detail ?? `The node answered ${response.status}.`, ...mistakes].join(' ');
  return new ApiProblem(response.status, detail);
}

/**
 * @param {unknown} fault what a request threw
 * @returns {string} for the reader
 */
export function faultWords(fault) {
  if (fault instanceof ApiProblem) return fault.message;
  if (fault instanceof DOMException && fault.name === 'TimeoutError')
    return 'The node takes too long to answer.';
  return 'The node cannot be reached.';
}
