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
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
});

const NOT_BUILT =
  'The web console is not built. `npm install` builds it, and so does `npm run build:console`.\n';

/** The console's page and what it is made of: public like any sign-in page; what it shows comes from the API. */
export function mountConsole(
  app: FastifyInstance,
  assets: readonly ConsoleAsset[] = loadConsoleAssets(),
): void {
  for (const asset of assets)
    app.get(asset.path, (request, reply) => sendAsset(reply, asset, request.headers['if-none-match']));
  if (assets.length === 0)
    app.get('/console/', (_request, reply) =>
      reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT),
    );
  // Relative, for a node behind a proxy that adds a prefix.
  app.get('/console', (_request, reply) => reply.redirect('console/', 308));
}

function sendAsset(reply: FastifyReply, asset: ConsoleAsset, known = ''): FastifyReply {
  const { type, bytes, etag, isForEver } = asset;
  // The page is asked for again each time, and answered with 304: a node that was updated must not meet an old one.
  const caching = isForEver ? 'public, max-age=31536000, immutable' : 'no-cache';
  reply.headers(HEADERS).header('etag', etag).header('cache-control', caching);
  const isKnown = known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
  return isKnown ? reply.code(304).send() : reply.type(type).send(bytes);
}
