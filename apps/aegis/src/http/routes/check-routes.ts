import { type CheckRequest, type Outcome, Result, type Verdict } from '@aegis/model';
import { z } from 'zod';
import { withPlace } from '../../geo/with-place.ts';
import { ExplanationDocument, explanationDocument } from '../documents/explanation-document.ts';
import { placeDocument } from '../documents/place-document.ts';
import { AskedFlag, askedScopeValue, askedText } from '../documents/values.ts';
import { VerdictDocument, verdictDocument } from '../documents/verdict-document.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';
import { verdictHeaders } from '../verdict-headers.ts';

/** Checks that one request may ask for together. */
const BATCH = 1_000;

const fields = {
  address: askedScopeValue('ip'),
  user_agent: askedText(2_048).optional(),
  country: askedScopeValue('country').optional(),
  continent: askedScopeValue('continent').optional(),
  as: askedScopeValue('as').optional(),
  as_name: askedText(256).optional(),
  domain: askedScopeValue('domain').optional(),
  hash: askedScopeValue('hash').optional(),
  url: askedText(2_048).optional(),
  ja3: askedText(128).optional(),
  ja4: askedText(128).optional(),
  session: askedText(256).optional(),
  user: askedText(256).optional(),
};

const CheckBody = z.strictObject(fields).meta({ id: 'Check', description: 'What is known of a request.' });
type CheckBody = z.infer<typeof CheckBody>;

const CheckQuery = z.strictObject({
  ...fields,
  explain: AskedFlag.optional().meta({
    description: 'Every candidate and why it lost. Needs the permission decisions:read.',
  }),
  deny_status: z.literal('403').optional().meta({
    description: 'Answers every refusal with 403, for callers that know no other (nginx auth_request).',
  }),
});

const VerdictOrExplanation = z.union([VerdictDocument, ExplanationDocument]);

/** The status that tells a proxy what to do. Only `block`, `challenge` and `throttle` stop a request. */
const STATUS_OF: Readonly<Record<Outcome, number>> = Object.freeze({
  none: 200,
  allow: 200,
  observe: 200,
  shadow: 200,
  throttle: 429,
  challenge: 403,
  block: 403,
});

export function statusOf(verdict: Verdict): number {
  return STATUS_OF[verdict.outcome];
}

export const checkRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/check',
    id: 'check',
    direct: true,
    tag: 'check',
    summary: 'One verdict.',
    description:
      'The status is what a proxy should do; `X-Aegis-Status`, `X-Aegis-Verdict`, `X-Aegis-Decision` and ' +
      '`X-Aegis-Reason` say it as headers. A 401, or a 403 without `X-Aegis-Verdict`, is about the API key.',
    permission: 'check',
    query: CheckQuery,
    answers: {
      200: { description: 'It may pass.', schema: VerdictOrExplanation },
      403: { description: 'It is blocked, or challenged.', schema: VerdictOrExplanation },
      429: { description: 'It is throttled.', schema: VerdictOrExplanation },
    },
    handler({ services: { checks, geo }, clock }, { query, may }) {
      const { explain, deny_status, ...about } = query;
      const request = checkRequestOf(about);
      if (explain === true && !may('decisions:read'))
        return Result.err({
          status: 403,
          code: 'forbidden',
          detail: 'An explanation shows decisions: it needs a key with the permission decisions:read.',
        });
      const explanation = explain === true ? checks.explain(request) : undefined;
      const verdict = explanation?.verdict ?? checks.check(request);
      const status = statusOf(verdict);
      return Result.ok<Reply>({
        status: deny_status !== undefined && status !== 200 ? 403 : status,
        headers: verdictHeaders(verdict, status, clock.now()),
        body:
          explanation === undefined
            ? verdictDocument(verdict)
            : explanationDocument(explanation, placeDocument(withPlace(request, geo))),
      });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/check',
    id: 'checkMany',
    tag: 'check',
    summary: `Up to ${BATCH} verdicts, in the order asked.`,
    permission: 'check',
    bulk: true,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.strictObject({ checks: z.array(CheckBody).max(BATCH) }),
        example: { checks: [{ address: '192.0.2.1' }, { address: '2001:db8::1', user_agent: 'curl/8.5.0' }] },
      },
    },
    answers: {
      200: { description: 'The verdicts.', schema: z.strictObject({ verdicts: z.array(VerdictDocument) }) },
    },
    handler({ services: { checks } }, { body }) {
      const verdicts = body.checks.map((check) => verdictDocument(checks.check(checkRequestOf(check))));
      return Result.ok<Reply>({ status: 200, body: { verdicts } });
    },
  }),
];

function checkRequestOf({ as_name, user_agent, ...rest }: CheckBody): CheckRequest {
  return withoutUndefined({ ...rest, asName: as_name, userAgent: user_agent });
}
