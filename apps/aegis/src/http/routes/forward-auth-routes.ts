import { Result, type Timestamp } from '@aegis/model';
import { z } from 'zod';
import type { Mirror } from '../../mirror/request-mirror.ts';
import { toldObservation } from '../../mirror/told-observation.ts';
import { BLOCK_PAGE_POLICY, wantsPage } from '../block-page.ts';
import { circumstancesOf, type ToldRequest } from '../circumstances.ts';
import { gravestVerdict } from '../gravest-verdict.ts';
import { refusal } from '../refusal.ts';
import { defineRoute, type Route, type RouteInput } from '../route.ts';
import { verdictHeaders } from '../verdict-headers.ts';
import { statusOf } from './check-routes.ts';

/** Some proxies (Caddy) pass the visitor's own query on: what is not known here must do no harm. */
const Query = z.looseObject({
  deny_status: z.unknown().optional().meta({
    description: '`403` answers every refusal with 403, for callers that know no other (nginx auth_request).',
  }),
});

export const forwardAuthRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/check',
    id: 'forwardAuth',
    direct: true,
    forVisitors: true,
    tag: 'check',
    summary: 'A verdict on the request that a proxy is asking about.',
    description:
      'For nginx auth_request, Traefik ForwardAuth, Caddy forward_auth. The client is taken from the forwarding ' +
      'headers where the caller is a trusted proxy, else it is the caller itself. What is answered may reach ' +
      'the visitor: a refusal names a reference, `X-Aegis-Decision`, and not the reason, unless configured; as a ' +
      'page (`http.block_page`) for whoever accepts text/html, else as a problem.',
    permission: 'check',
    query: Query,
    answers: { 200: { description: 'It may pass; no body.' } },
    handler({ services: { checks, mirror }, clock, config, blockPage }, input) {
      const verdict = gravestVerdict(checks, input.clients, circumstancesOf(told(input)));
      const status = statusOf(verdict);
      // Who is refused anyway tells nothing new.
      if (status === 200) reflect(mirror, input, clock.now());
      const { 'x-aegis-reason': reason, ...plain } = verdictHeaders(verdict, status, clock.now());
      const why = reason === undefined ? {} : { 'x-aegis-reason': reason };
      if (status === 200) return Result.ok({ status, headers: { ...plain, ...why } });
      const problem = refusal(verdict, input.query.deny_status === '403' ? 403 : status);
      const headers = config.tellReason ? { ...plain, ...why } : plain;
      if (!wantsPage(input.header('accept'))) return Result.err({ ...problem, headers });
      return Result.ok({
        status: problem.status,
        type: 'text/html; charset=utf-8',
        headers: { ...headers, 'content-security-policy': BLOCK_PAGE_POLICY },
        body: blockPage(verdict.decision ?? 'none'),
      });
    },
  }),
];

type AskedRequest = Pick<RouteInput<unknown, unknown, unknown>, 'header' | 'proxied' | 'clients'>;

/** Leaves a copy for the scenarios, where a trusted proxy tells what is asked for and it is plain who asks. */
function reflect(mirror: Mirror, { header, proxied, clients }: AskedRequest, now: Timestamp): void {
  const [client, ...others] = clients;
  if (!proxied || others.length > 0) return;
  const request = toldObservation(header, now);
  if (request !== undefined) mirror.copy({ client, request });
}

/** Host and URI are believed only from a trusted proxy. */
function told({
  header,
  proxied,
}: Pick<RouteInput<unknown, unknown, unknown>, 'header' | 'proxied'>): ToldRequest {
  const userAgent = header('user-agent');
  if (!proxied) return { userAgent };
  return {
    userAgent,
    host: header('x-forwarded-host'),
    uri: header('x-forwarded-uri'),
    scheme: header('x-forwarded-proto'),
  };
}
