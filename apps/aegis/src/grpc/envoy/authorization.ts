import { Address, type Clock, clientAddresses, type ForwardingRules } from '@aegis/model';
import { BLOCK_PAGE_POLICY, type BlockPage, wantsPage } from '../../http/block-page.ts';
import { circumstancesOf } from '../../http/circumstances.ts';
import { gravestVerdict } from '../../http/gravest-verdict.ts';
import { PROBLEM_TYPE, problemBody } from '../../http/problem.ts';
import { refusal } from '../../http/refusal.ts';
import { statusOf } from '../../http/routes/check-routes.ts';
import { verdictHeaders } from '../../http/verdict-headers.ts';
import type { Mirror } from '../../mirror/request-mirror.ts';
import { OBSERVED_HEADERS, requestObservation } from '../../mirror/told-observation.ts';
import type { Checks } from '../../node/services.ts';
import type { AnsweringMethod } from '../grpc-method.ts';
import { readAuthorizationRequest, wantedHeaders } from './authorization-request.ts';
import { passing, refusing } from './authorization-response.ts';

export interface AuthorizationOptions {
  readonly checks: Pick<Checks, 'check'>;
  readonly rules: ForwardingRules;
  /** Refusals say why. */
  readonly tellReason: boolean;
  readonly blockPage: BlockPage;
  readonly mirror: Mirror;
  readonly clock: Clock;
  readonly newId: () => string;
}

const VERDICT_HEADERS = ['x-aegis-verdict', 'x-aegis-status', 'x-aegis-decision', 'x-aegis-reason'];

/** A peer without a network address came over a socket of Envoy's own machine. */
const LOCAL = '127.0.0.1' as Address;

/** What passes without an opinion: the most frequent answer, so it is written once. */
const NO_OPINION = passing(
  { 'x-aegis-verdict': 'none', 'x-aegis-status': '200' },
  VERDICT_HEADERS.filter((name) => name !== 'x-aegis-verdict' && name !== 'x-aegis-status'),
);

/**
 * Envoy's external authorization (envoy.service.auth.v3). The client is the other end of Envoy's connection or, where
 * that is a trusted proxy, the one whom the forwarding headers name. What passes carries the verdict in headers that
 * no client can forge; what is refused gets a reference, and not the reason unless configured.
 */
export function authorizationMethod(options: AuthorizationOptions): AnsweringMethod {
  const { checks, rules, tellReason, blockPage, mirror, clock, newId } = options;
  const wanted = wantedHeaders('accept', ...OBSERVED_HEADERS, ...rules.headers);
  return {
    kind: 'unary',
    path: '/envoy.service.auth.v3.Authorization/Check',
    permission: 'check',
    answer(message) {
      const { source, headers, host, method, path, scheme } = readAuthorizationRequest(message, wanted);
      const parsed = source === undefined ? undefined : Address.parseLenient(source);
      const peer = parsed?.ok === true ? parsed.value : LOCAL;
      const clients = clientAddresses({ peer, header: (name) => headers.get(name) }, rules);
      const about = circumstancesOf({ userAgent: headers.get('user-agent'), host, uri: path, scheme });
      const verdict = gravestVerdict(checks, clients, about);
      const status = statusOf(verdict);
      const [client, ...others] = clients;
      // Who is refused anyway tells nothing new, and of two who it may have been neither is to be blamed.
      if (status === 200 && path !== undefined && others.length === 0 && mirror.hasRoom()) {
        const told = {
          method: method ?? 'GET',
          target: path,
          host,
          header: (name: string) => headers.get(name),
        };
        mirror.copy({ client, request: requestObservation(told, clock.now()) });
      }
      if (verdict.outcome === 'none') return NO_OPINION;
      const all = verdictHeaders(verdict, status, clock.now());
      if (status === 200)
        return passing(
          all,
          VERDICT_HEADERS.filter((name) => !(name in all)),
        );
      const { 'x-aegis-reason': reason, ...plain } = all;
      const told = tellReason && reason !== undefined ? { 'x-aegis-reason': reason } : {};
      if (wantsPage(headers.get('accept'))) {
        const page = {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': BLOCK_PAGE_POLICY,
        };
        return refusing(status, { ...plain, ...told, ...page }, blockPage(verdict.decision ?? 'none'));
      }
      const body = JSON.stringify(problemBody(refusal(verdict, status), newId()));
      return refusing(status, { ...plain, ...told, 'content-type': PROBLEM_TYPE }, body);
    },
  };
}
