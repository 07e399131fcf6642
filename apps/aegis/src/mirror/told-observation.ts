import { parseCookieHeader } from '@aegis/analyze';
import type { HttpObservation, Timestamp } from '@aegis/model';

/** Headers that rules and classifiers look at; a proxy hands on those of the visitor. */
const HEADERS = ['user-agent', 'referer', 'range', 'content-type', 'accept-language'] as const;
/** Every header that an observation is made of; the user agent is one. */
export const OBSERVED_HEADERS: readonly string[] = [...HEADERS, 'cookie'];
const HEADER_LENGTH = 4_096;
const TARGET_LENGTH = 16_384;

/** The request that a proxy asks about, from its forwarding headers; undefined where it told no target. */
export function toldObservation(
  header: (name: string) => string | undefined,
  at: Timestamp,
): HttpObservation | undefined {
  const target = header('x-forwarded-uri') ?? header('x-original-uri');
  if (target === undefined || target === '') return undefined;
  const method = header('x-forwarded-method') ?? header('x-original-method') ?? 'GET';
  const host = header('x-forwarded-host');
  return requestObservation({ method, target, host, header }, at);
}

export interface ToldRequestLine {
  readonly method: string;
  /** Path and query, as the visitor sent them. */
  readonly target: string;
  readonly host: string | undefined;
  /** Of the visitor, by lower-case name. */
  readonly header: (name: string) => string | undefined;
}

/** A request as somebody tells it who stands before the application; every part bounded. */
export function requestObservation(
  { method, target, host, header }: ToldRequestLine,
  at: Timestamp,
): HttpObservation {
  const headers: Record<string, string> = {};
  for (const name of HEADERS) {
    const text = header(name);
    if (text !== undefined) headers[name] = text.slice(0, HEADER_LENGTH);
  }
  if (host !== undefined) headers.host = host.slice(0, HEADER_LENGTH);
  return {
    kind: 'http',
    at,
    method: method.slice(0, 32).toUpperCase(),
    target: target.slice(0, TARGET_LENGTH),
    headers,
    cookies: parseCookieHeader((header('cookie') ?? '').slice(0, HEADER_LENGTH)),
  };
}
