import { Action, canonicalScopeValue, Result, Scope } from '@aegis/model';
import { z } from 'zod';
import { FALSE_POSITIVES } from '../../decisions/false-positive.ts';
import type { DecisionRefusal } from '../../node/services.ts';
import { addWishes } from '../add-wishes.ts';
import {
  DecisionDocument,
  DecisionEventDocument,
  decisionDocument,
  decisionEventDocument,
  StandingDocument,
  standingDocument,
} from '../documents/decision-document.ts';
import { WishDocument, WishReport } from '../documents/decision-wish-document.ts';
import { AskedFlag, askedInteger, askedText, Cursor } from '../documents/values.ts';
import { withoutUndefined } from '../documents/without-undefined.ts';
import { badRequest, notFound, type Problem } from '../problem.ts';
import { defineRoute, type Reply, type Route } from '../route.ts';

/** Decisions that one request may add. */
const BATCH = 10_000;

const DecisionParams = z.strictObject({ id: z.string().min(1).max(512) });
const reason = askedText(1_000).optional().meta({ description: 'For the audit.' });
const false_positive = z.enum(FALSE_POSITIVES).optional().meta({
  description: 'It should not have been made, and what was wrong: counted in firewall_false_positives_total.',
});
const DEFAULT_REASON = 'lifted through the API';

const ListQuery = z.strictObject({
  limit: askedInteger(1, 500).default(100).meta({ description: 'Default 100.' }),
  cursor: Cursor.optional(),
  scope: Scope.optional(),
  value: askedText(2_048).optional(),
  action: Action.optional(),
  origin: askedText(128).optional(),
  in_force: AskedFlag.default(true).meta({
    description: 'Default true; false shows those that ended as well.',
  }),
});

const LiftQuery = z.strictObject({ scope: Scope, value: askedText(2_048), reason, false_positive });

const Lifted = z.strictObject({ lifted: z.int() }).meta({ id: 'Lifted' });

const wish = {
  scope: 'ip',
  value: '192.0.2.7',
  action: 'ban',
  duration: '4h',
  reason: 'brute force on /login',
};

export const decisionRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/decisions',
    id: 'listDecisions',
    tag: 'decisions',
    summary: 'Decisions, newest first.',
    permission: 'decisions:read',
    query: ListQuery,
    answers: {
      200: {
        description: 'A page.',
        schema: z
          .strictObject({ decisions: z.array(StandingDocument), next: z.string().optional() })
          .meta({ id: 'DecisionPage' }),
      },
    },
    async handler({ services: { decisions }, clock }, { query: { in_force, value, ...filter } }) {
      const now = clock.now();
      const canonical =
        value === undefined ? Result.ok(undefined) : canonicalValue(filter.scope ?? 'ip', value);
      // Without a scope the value may be of any; only an address has another spelling worth trying.
      if (!canonical.ok && filter.scope !== undefined) return canonical;
      const page = await decisions.list(
        withoutUndefined({
          ...filter,
          value: canonical.ok ? canonical.value : value,
          inForceAt: in_force ? now : undefined,
        }),
      );
      const standings = page.decisions.map((standing) => standingDocument(standing, now));
      return Result.ok<Reply>({
        status: 200,
        body: withoutUndefined({ decisions: standings, next: page.next }),
      });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/decisions',
    id: 'addDecisions',
    tag: 'decisions',
    summary: `Adds one decision, or up to ${BATCH} at once.`,
    description:
      'One object is answered with the decision (201) or a problem; an array with a report of each. In force ' +
      'on this node when the answer comes.',
    permission: 'decisions:write',
    bulk: true,
    body: {
      'application/json': {
        kind: 'json',
        schema: z.union([z.array(WishDocument).max(BATCH), WishDocument]),
        example: wish,
      },
    },
    answers: {
      200: { description: 'What became of each wish of an array.', schema: WishReport },
      201: { description: 'The one decision.', schema: DecisionDocument },
    },
    async handler({ services: { decisions }, clock }, { body, actor }) {
      const results = await addWishes(decisions, Array.isArray(body) ? body : [body], actor, clock.now());
      const [first] = results;
      if (!Array.isArray(body) && first !== undefined)
        return first.ok
          ? Result.ok({ status: 201, body: decisionDocument(first.value) })
          : Result.err(refusalProblem(first.error));
      const added = results.filter(({ ok }) => ok).length;
      return Result.ok<Reply>({
        status: 200,
        body: {
          added,
          refused: results.length - added,
          results: results.map((result) =>
            result.ok ? { decision: decisionDocument(result.value) } : { refusal: result.error },
          ),
        },
      });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/decisions',
    id: 'liftMatchingDecisions',
    tag: 'decisions',
    summary: 'Ends every decision in force with this scope and value.',
    permission: 'decisions:write',
    query: LiftQuery,
    answers: { 200: { description: 'How many ended; 0 is no error.', schema: Lifted } },
    async handler({ services: { decisions } }, { query, actor }) {
      const value = canonicalValue(query.scope, query.value);
      if (!value.ok) return value;
      const target = { scope: query.scope, value: value.value };
      const { reason: why = DEFAULT_REASON, false_positive: mistake } = query;
      const lifted = await decisions.liftMatching(target, why, actor, mistake);
      return Result.ok<Reply>({ status: 200, body: { lifted } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/decisions/{id}',
    id: 'getDecision',
    tag: 'decisions',
    summary: 'One decision and all that happened to it.',
    permission: 'decisions:read',
    params: DecisionParams,
    answers: {
      200: {
        description: 'Oldest event first.',
        schema: z
          .strictObject({ standing: StandingDocument, history: z.array(DecisionEventDocument) })
          .meta({ id: 'DecisionWithHistory' }),
      },
    },
    async handler({ services: { decisions, ledger }, clock }, { params: { id } }) {
      const standing = await decisions.get(id);
      if (standing === undefined) return Result.err(notFound('There is no decision with this id.'));
      const history = (await ledger.decisionHistory(id)).map(decisionEventDocument);
      return Result.ok({ status: 200, body: { standing: standingDocument(standing, clock.now()), history } });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/v1/decisions/{id}',
    id: 'liftDecision',
    tag: 'decisions',
    summary: 'Ends a decision now.',
    permission: 'decisions:write',
    params: DecisionParams,
    query: z.strictObject({ reason, false_positive }),
    answers: { 200: { description: 'It ended.', schema: Lifted } },
    async handler({ services: { decisions } }, { params: { id }, query, actor }) {
      const { reason: why = DEFAULT_REASON, false_positive: mistake } = query;
      return (await decisions.lift(id, why, actor, mistake))
        ? Result.ok({ status: 200, body: { lifted: 1 } })
        : Result.err(notFound('There is no decision in force with this id.'));
    },
  }),
];

function canonicalValue(scope: Scope, value: string): Result<string, Problem> {
  const canonical = canonicalScopeValue(scope, value);
  if (canonical.ok) return canonical;
  const { message } = canonical.error;
  return Result.err(badRequest('The value does not fit its scope.', [{ where: 'query.value', message }]));
}

const STATUS_OF_REFUSAL: Readonly<Record<string, number>> = Object.freeze({
  protected: 409,
  already_decided: 409,
  full: 507,
});

function refusalProblem({ kind, message }: DecisionRefusal): Problem {
  return { status: STATUS_OF_REFUSAL[kind] ?? 400, code: kind, detail: `Refused: ${message}.` };
}
