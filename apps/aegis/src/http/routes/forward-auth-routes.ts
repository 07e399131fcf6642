import { type CheckRequest, canonicalScopeValue, type Outcome, Result, type Verdict } from '@aegis/model';
import { z } from 'zod';
import { defineRoute, type Route, type RouteInput } from '../route.ts';
import { verdictHeaders } from '../verdict-headers.ts';
import { statusOf } from './check-routes.ts';

/** Some proxies (Caddy) pass the visitor's own query on: what is not known here must do no harm. */
const Query = z.looseObject({
  deny_status: z.unknown().optional().meta({
    description: '`403` answers every refusal with 403, for callers that know no other (nginx auth_request).',
  }),
});

/** From the most favourable for the client. `allow` is an exemption and comes before having no opinion. */
const GRAVITY: readonly Outcome[] = ['allow', 'none', 'observe', 'shadow', 'throttle', 'challenge', 'block'];

export const forwardAuthRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/check',
    id: 'forwardAuth',
    tag: 'check',
    summary: 'A verdict on the request that a proxy is asking about.',
    description:
      'For nginx auth_request, Traefik ForwardAuth, Caddy forward_auth. The client is taken from the forwarding ' +
      'headers where the caller is a trusted proxy, else it is the caller itself. What is answered may reach ' +
      'the visitor: a refusal names a reference, `X-Aegis-Decision`, and not the reason, unless configured.',
    permission: 'check',
    query: Query,
    answers: { 200: { description: 'It may pass; no body.' } },
    handler({ services: { checks }, clock, config }, input) {
      const verdict = input.clients
        .map((address) => checks.check({ address, ...circumstances(input) }))
        .reduce(graver);
      const status = statusOf(verdict);
      const { 'x-aegis-reason': reason, ...plain } = verdictHeaders(verdict, status, clock.now());
      const told = reason === undefined ? {} : { 'x-aegis-reason': reason };
      if (status === 200) return Result.ok({ status, headers: { ...plain, ...told } });
      return Result.err({
        status: input.query.deny_status === '403' ? 403 : status,
        code: 'refused',
        detail: 'This request was refused. The operator can look up why by the reference.',
        headers: config.tellReason ? { ...plain, ...told } : plain,
        more: { reference: verdict.decision ?? 'none' },
      });
    },
  }),
];

function graver(a: Verdict, b: Verdict): Verdict {
  return GRAVITY.indexOf(b.outcome) > GRAVITY.indexOf(a.outcome) ? b : a;
}

type Circumstances = Omit<CheckRequest, 'address'>;

/** What else the proxy tells of the request. Host and URI are believed only from a trusted one. */
function circumstances({
  header,
  proxied,
}: Pick<RouteInput<unknown, unknown, unknown>, 'header' | 'proxied'>): Circumstances {
  const userAgent = header('user-agent');
  const agent = userAgent === undefined ? {} : { userAgent };
  const host = proxied ? header('x-forwarded-host') : undefined;
  if (host === undefined) return agent;
  const domain = canonicalScopeValue('domain', host.replace(/:\d+$/, ''));
  if (!domain.ok) return agent;
  const uri = header('x-forwarded-uri');
  const url =
    uri === undefined ? {} : { url: `${header('x-forwarded-proto') ?? 'http'}://${domain.value}${uri}` };
  return { ...agent, ...url, domain: domain.value };
}
