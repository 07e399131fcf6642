import type { DecoyRequest, DecoyResponse } from './decoy-message.ts';
import { decodePercent, type Fields, parseFields } from './fields.ts';

/** A request taken apart for the pages. */
export interface Visit {
  readonly request: DecoyRequest;
  /** Decoded, without doubled or trailing slashes and without `.php` or `.html`. */
  readonly path: string;
  readonly query: Fields;
  /** The body's fields where it is a form; empty otherwise. */
  readonly form: Fields;
}

export type Page = (visit: Visit) => DecoyResponse;

const NO_FIELDS: Fields = new Map();

function pagePath(raw: string): string {
  const path = decodePercent(raw)
    .replace(/\/+/g, '/')
    .replace(/(?:\.php|\.html)?\/?$/, '');
  return path === '' || path === '/index' ? '/' : path;
}

export function visitOf(request: DecoyRequest): Visit {
  // Proxies are asked with an absolute target (RFC 9112 section 3.2.2).
  const target = request.target.replace(/^https?:\/\/[^/?#]*/i, '');
  const question = target.indexOf('?');
  const path = pagePath(question < 0 ? target : target.slice(0, question));
  const query = question < 0 ? NO_FIELDS : parseFields(target.slice(question + 1));
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return { request, path, query, form: isForm ? parseFields(request.body) : NO_FIELDS };
}
