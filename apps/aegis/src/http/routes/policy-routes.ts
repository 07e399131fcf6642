import {
  checkPolicy,
  defaultPolicy,
  diffPolicies,
  Policy,
  policyDocument,
  policyJsonSchema,
} from '@aegis/decide';
import { Result } from '@aegis/model';
import { z } from 'zod';
import type { PolicyCaller, PolicyRefusal } from '../../policy/policies.ts';
import { withSuggestion } from '../../policy/with-suggestion.ts';
import {
  PolicyHistoryDocument,
  PolicyInForceDocument,
  PolicyPlanDocument,
  PolicyVersionDocument,
  pointerOf,
  policyHistoryDocument,
  policyInForceDocument,
  policyIssueDocument,
  policyVersionDocument,
} from '../documents/policy-document.ts';
import { askedInteger } from '../documents/values.ts';
import { notFound, type Problem } from '../problem.ts';
import { defineRoute, type Reply, type Route, type RouteInput } from '../route.ts';

/** Versions of one answer, each with its policy. */
const MOST_VERSIONS = 100;
const LARGEST_VERSION = 1_000_000_000;

const change = {
  reason: z.string().trim().min(1).max(1_000).meta({ description: 'For whoever reads the history.' }),
  base: z.int().min(0).max(LARGEST_VERSION).optional().meta({
    description: 'The version that the change was made from; where another is in force it is refused (409).',
  }),
  force: z.boolean().default(false).meta({ description: 'Although it may lock somebody out.' }),
};

/** The policy itself is looked at by the handler, which tells everything that is wrong with it. */
const ApplyBody = z.strictObject({ policy: z.unknown(), ...change });
const CheckBody = z.strictObject({ policy: z.unknown() });
const RollbackBody = z.strictObject({
  version: z.int().min(0).max(LARGEST_VERSION),
  ...change,
});

const example = { ...policyDocument(defaultPolicy), name: 'example' };

type Input = Pick<RouteInput<unknown, unknown, unknown>, 'actor' | 'clients'>;

export const policyRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/policy',
    id: 'getPolicy',
    tag: 'policy',
    summary: 'The policy in force, and what of the config it overrules.',
    permission: 'policy:read',
    answers: { 200: { description: 'With its version.', schema: PolicyInForceDocument } },
    handler({ services: { policies } }) {
      const current = policies.current();
      return Result.ok({
        status: 200,
        body: policyInForceDocument(current, policies.overruled(current.policy)),
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/policy/schema',
    id: 'getPolicySchema',
    tag: 'policy',
    summary: 'The JSON Schema of a policy document.',
    permission: 'policy:read',
    answers: { 200: { description: 'Draft 2020-12.', schema: z.looseObject({ $schema: z.string() }) } },
    handler: () => Result.ok<Reply>({ status: 200, body: policyJsonSchema() }),
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/policy/versions',
    id: 'listPolicyVersions',
    tag: 'policy',
    summary: 'Versions of the policy, newest first, each with how it differs from the one before.',
    permission: 'policy:read',
    query: z.strictObject({
      limit: askedInteger(1, MOST_VERSIONS).default(20).meta({ description: 'Default 20.' }),
    }),
    answers: {
      200: {
        description: 'Version 0 is what the config says.',
        schema: z.strictObject({ versions: z.array(PolicyHistoryDocument) }).meta({ id: 'PolicyVersions' }),
      },
    },
    async handler({ services: { policies } }, { query: { limit } }) {
      const records = await policies.history(limit + 1);
      const versions = records
        .slice(0, limit)
        .map((record, index) => policyHistoryDocument(record, records[index + 1]));
      return Result.ok<Reply>({ status: 200, body: { versions } });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/policy/versions/{version}',
    id: 'getPolicyVersion',
    tag: 'policy',
    summary: 'One version of the policy.',
    permission: 'policy:read',
    params: z.strictObject({ version: askedInteger(0, LARGEST_VERSION) }),
    answers: { 200: { description: 'As it was applied.', schema: PolicyVersionDocument } },
    async handler({ services: { policies } }, { params: { version } }) {
      const record = await policies.version(version);
      return record === undefined
        ? Result.err(notFound(`There is no version ${version} of the policy.`))
        : Result.ok({ status: 200, body: policyVersionDocument(record) });
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/policy/versions',
    id: 'applyPolicy',
    tag: 'policy',
    summary: 'Puts a policy in force, as a new version.',
    description:
      'Refused with 400 and every error of the document; with 409 `policy_conflict` where another version than ' +
      '`base` is in force; with 409 `lock_out` where a network would no longer be protected or a decision in force ' +
      'would hit the caller: `force` applies it all the same. In force on this node when the answer comes.',
    permission: 'policy:write',
    body: {
      'application/json': {
        kind: 'json',
        schema: ApplyBody,
        documented: z.strictObject({ policy: Policy, ...change }),
        example: { policy: example, reason: 'feeds count for less' },
      },
    },
    answers: { 201: { description: 'The new version.', schema: PolicyInForceDocument } },
    async handler({ services: { policies } }, { body, actor, clients }) {
      const { policy, issues } = checkPolicy(body.policy);
      if (policy === undefined) {
        const errors = issues
          .filter(({ severity }) => severity === 'error')
          .map((issue) => ({
            where: `body.policy${pointerOf(issue.path)}`,
            message: withSuggestion(issue).message,
          }));
        return Result.err({ status: 400, code: 'bad_policy', detail: 'This is no policy.', errors });
      }
      const base = body.base ?? policies.current().version;
      const { reason, force } = body;
      const applied = await policies.apply({ policy, reason, base, force }, callerOf({ actor, clients }));
      return applied.ok
        ? Result.ok({
            status: 201,
            body: policyInForceDocument(applied.value, policies.overruled(applied.value.policy)),
          })
        : Result.err(refusalProblem(applied.error));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/policy/rollback',
    id: 'rollBackPolicy',
    tag: 'policy',
    summary: 'Puts what an earlier version said in force again, as a new version.',
    description: 'Version 0 follows the config again. Refused as applying a policy is.',
    permission: 'policy:write',
    body: {
      'application/json': {
        kind: 'json',
        schema: RollbackBody,
        example: { version: 0, reason: 'the feeds were right' },
      },
    },
    answers: { 201: { description: 'The new version.', schema: PolicyInForceDocument } },
    async handler({ services: { policies } }, { body, actor, clients }) {
      const base = body.base ?? policies.current().version;
      const { version, reason, force } = body;
      const restored = await policies.rollback(
        { version, reason, base, force },
        callerOf({ actor, clients }),
      );
      return restored.ok
        ? Result.ok({
            status: 201,
            body: policyInForceDocument(restored.value, policies.overruled(restored.value.policy)),
          })
        : Result.err(refusalProblem(restored.error));
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/policy/check',
    id: 'checkPolicy',
    tag: 'policy',
    summary: 'What is wrong with a policy, and what would change if it were applied now. Changes nothing.',
    permission: 'policy:read',
    body: {
      'application/json': { kind: 'json', schema: CheckBody, example: { policy: example } },
    },
    answers: { 200: { description: 'Also for what is no policy.', schema: PolicyPlanDocument } },
    handler({ services: { policies } }, { body, clients }) {
      const { policy, issues } = checkPolicy(body.policy);
      const current = policies.current();
      return Result.ok<Reply>({
        status: 200,
        body: {
          ok: policy !== undefined,
          version: current.version,
          issues: issues.map(withSuggestion).map(policyIssueDocument),
          changes: policy === undefined ? [] : diffPolicies(current.policy, policy),
          risks: policy === undefined ? [] : policies.risks(policy, clients),
          overruled: policy === undefined ? [] : policies.overruled(policy),
        },
      });
    },
  }),
];

function callerOf({ actor, clients }: Input): PolicyCaller {
  return { ...actor, clients };
}

function refusalProblem({ kind, message, risks = [] }: PolicyRefusal): Problem {
  const detail = `Refused: ${message}.`;
  if (kind === 'no_such_version') return notFound(detail);
  return {
    status: 409,
    code: kind,
    detail,
    ...(risks.length > 0 && { errors: risks.map((risk) => ({ where: 'body.policy', message: risk })) }),
  };
}
