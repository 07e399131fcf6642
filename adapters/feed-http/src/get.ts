import { Readable } from 'node:stream';
import { FeedFailure } from './feed-fault.ts';
import type { FeedRequest, Validators } from './feed-request.ts';

const MOST_REDIRECTS = 5;

export interface GetOptions extends Validators {
  readonly accept?: string;
}

export interface Got {
  /** False: what is known already (304). */
  readonly modified: boolean;
  readonly validators: Validators;
  readonly headers: Headers;
  readonly body: Readable;
}

/**
 * One GET with bounded redirects. Credentials go to the configured origin only, and never from https to http.
 * Throws FeedFailure.
 */
export async function get(request: FeedRequest, options: GetOptions = {}): Promise<Got> {
  let url = urlOf(request.url);
  const { origin } = url;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: request.signal,
      headers: headersFor(request, options, url.origin === origin),
    });
    const location = response.headers.get('location');
    if ([301, 302, 303, 307, 308].includes(response.status) && location !== null) {
      await response.body?.cancel();
      if (redirects >= MOST_REDIRECTS)
        throw new FeedFailure('refused', `more than ${MOST_REDIRECTS} redirects`);
      url = redirected(url, location);
      continue;
    }
    return answerOf(response);
  }
}

async function answerOf(response: Response): Promise<Got> {
  const { headers } = response;
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  const validators = {
    ...(etag === null ? {} : { etag }),
    ...(lastModified === null ? {} : { lastModified }),
  };
  if (response.status === 304) return { modified: false, validators, headers, body: Readable.from([]) };
  if (response.status !== 200) {
    await response.body?.cancel();
    const words = `the server answered ${response.status} ${response.statusText}`.trim();
    throw new FeedFailure('refused', words, retryAfter(headers.get('retry-after')));
  }
  const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body);
  return { modified: true, validators, headers, body };
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw new FeedFailure('refused', `${text.slice(0, 100)} is not a URL`);
  return new URL(text);
}

function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new FeedFailure('refused', 'redirected to something that is no URL');
  const to = new URL(location, from.href);
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new FeedFailure('refused', `redirected to ${to.protocol}, which is not followed`);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new FeedFailure(
      'refused',
      'redirected from https to http, which anyone on the way could read and change',
    );
  return to;
}

function headersFor(
  { authorization }: FeedRequest,
  { etag, lastModified, accept = '*/*' }: GetOptions,
  sameOrigin: boolean,
): Record<string, string> {
  return {
    accept,
    'user-agent': 'aegis-feeds',
    ...(authorization === undefined || !sameOrigin ? {} : { authorization }),
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

/** Seconds, or a date (RFC 9110 section 10.2.3), which takes a clock and is left to the ordinary backoff. */
function retryAfter(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined;
}
