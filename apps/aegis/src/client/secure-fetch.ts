import { request } from 'node:https';
import { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import type { ClientTls } from './client-tls.ts';

export interface SecureRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** `fetch` over TLS with one's own trust, which the one of Node has no way to be told. Follows no redirect. */
export function secureFetch(
  url: string,
  { method, headers, body, signal }: SecureRequest,
  tls: ClientTls,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const { pinned, ca, ...shown } = tls;
  const trust =
    pinned === undefined
      ? ca === undefined
        ? {}
        : { ca: [...getCACertificates('default'), ca] }
      : { ca: [pinned], allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...headers, ...length }, signal, ...shown, ...trust };
  const sent = request(url, options, (incoming) => {
    const { statusCode = 0, headers: received } = incoming;
    const named = Object.entries(received).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const isEmpty = statusCode === 204 || statusCode === 304;
    if (isEmpty) incoming.resume();
    const stream = isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
    resolve(new Response(stream, { status: statusCode, headers: named }));
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
