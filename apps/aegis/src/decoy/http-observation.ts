import type { IncomingMessage } from 'node:http';
import { parseCookieHeader } from '@aegis/analyze';
import type { DecoyRequest } from '@aegis/decoy';
import type { HttpObservation, Timestamp } from '@aegis/model';

/** Headers as analysis wants them: repeated ones joined, none dropped. */
export function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(message.headersDistinct);
  return Object.fromEntries(entries.map(([name, values = []]) => [name, values.join(', ')]));
}

export function httpObservation(
  request: Omit<DecoyRequest, 'token'>,
  status: number,
  at: Timestamp,
): HttpObservation {
  return {
    kind: 'http',
    at,
    method: request.method,
    target: request.target,
    headers: request.headers,
    cookies: parseCookieHeader(request.headers.cookie ?? ''),
    ...(request.body !== '' && { body: request.body }),
    status,
  };
}

const METHOD = /^[A-Za-z]{1,20}$/;
const MAX_LINE = 2048;

/** Makes of bytes that are no HTTP request what can be made of them; the bytes become the body. */
export function malformedObservation(packet: Uint8Array, status: number, at: Timestamp): HttpObservation {
  const raw = Buffer.from(packet).toString('latin1');
  const line = raw.slice(0, MAX_LINE).split(/[\r\n]/, 1)[0] as string;
  const [method = '', target = ''] = line.split(' ', 2);
  return {
    kind: 'http',
    at,
    method: METHOD.test(method) ? method.toUpperCase() : 'INVALID',
    target: target.startsWith('/') ? target : '/',
    headers: {},
    cookies: {},
    ...(raw !== '' && { body: raw }),
    status,
    label: 'protocol_attack',
  };
}
