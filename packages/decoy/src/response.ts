import type { DecoyRequest, DecoyResponse } from './decoy-message.ts';
import type { Html } from './html.ts';

/** What a distribution's web server and PHP would say of themselves. */
const IDENTITY = Object.freeze({ server: 'nginx/1.22.1', 'x-powered-by': 'PHP/8.2.7' });

/** When the files of the site last changed. */
const CHANGED = Date.UTC(2025, 8, 18, 8, 30);
const LAST_MODIFIED = new Date(CHANGED).toUTCString();

export function page(
  status: number,
  document: Html,
  more: Readonly<Record<string, string>> = {},
): DecoyResponse {
  const headers = { ...IDENTITY, 'content-type': 'text/html; charset=utf-8', ...more };
  return { status, headers, body: `<!DOCTYPE html>\n${document.markup}\n` };
}

export function json(status: number, value: unknown): DecoyResponse {
  const headers = { ...IDENTITY, 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

/** `location` must be a path of ours, never the client's text. */
export function redirect(location: string): DecoyResponse {
  return { status: 302, headers: { ...IDENTITY, location }, body: '' };
}

/**
 * A file of the site: answered with 304 where the client says it has it already (RFC 9110 section 13). nginx makes
 * its ETag of the same two numbers.
 */
export function file(request: DecoyRequest, type: string, body: string | Uint8Array): DecoyResponse {
  const etag = `"${(CHANGED / 1000).toString(16)}-${body.length.toString(16)}"`;
  const headers = { server: IDENTITY.server, 'last-modified': LAST_MODIFIED, etag };
  const match = request.headers['if-none-match'];
  const isKnown =
    match === undefined ? request.headers['if-modified-since'] === LAST_MODIFIED : match === etag;
  if (isKnown) return { status: 304, headers, body: '' };
  return {
    status: 200,
    headers: { ...headers, 'content-type': type, 'cache-control': 'max-age=3600' },
    body,
  };
}
