import type { FastifyInstance, FastifyReply } from 'fastify';
import { type ConsoleAsset, loadConsoleAssets } from './console-assets.ts';

/**
 * Only the node's own files and its own API: no inline script or style, no form that leaves, no frame. Trusted
 * Types without a policy make the browser itself refuse markup made of text, which here is written by attackers.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = Object.freeze({
  // Asked for again each time, and answered with 304: a node that was updated must not meet an old page.
  'cache-control': 'no-cache',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
});

/** The console's page and what it is made of: public like any sign-in page; what it shows comes from the API. */
export function mountConsole(app: FastifyInstance): void {
  for (const asset of loadConsoleAssets())
    app.get(asset.path, (request, reply) => sendAsset(reply, asset, request.headers['if-none-match']));
  // Relative, for a node behind a proxy that adds a prefix.
  app.get('/console/', (_request, reply) => reply.redirect('../console', 308));
}

function sendAsset(reply: FastifyReply, { type, bytes, etag }: ConsoleAsset, known = ''): FastifyReply {
  reply.headers(HEADERS).header('etag', etag);
  const isKnown = known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
  return isKnown ? reply.code(304).send() : reply.type(type).send(bytes);
}
