import type { PolicyDocument as Document, PolicyChange, PolicyIssue } from '@aegis/decide';
import { diffPolicies, policyDocument } from '@aegis/decide';
import { z } from 'zod';
import type { PolicyInForce, PolicyRecord } from '../../policy/policies.ts';
import { IsoTime, isoTime } from './values.ts';

/** A policy as the API shows it: as in a file, with nothing left out. */
const PolicyShape: z.ZodType<Document> = z
  .looseObject({
    name: z.string(),
    strategies: z.array(z.looseObject({ name: z.string() })),
    exempt: z.array(z.string()),
    protected: z.array(z.string()),
    limits: z.looseObject({}),
    proposals: z.looseObject({}),
  })
  .meta({
    id: 'Policy',
    description: 'As in a file; GET /v1/policy/schema has all of it.',
  }) as unknown as z.ZodType<Document>;

/** A version as the API shows it. */
export interface PolicyVersionDocument {
  readonly version: number;
  /** `config`: it follows the config. */
  readonly source: 'config' | 'document';
  readonly at?: string | undefined;
  readonly author?: string | undefined;
  readonly reason?: string | undefined;
  readonly policy: Document;
}

const version = {
  version: z.int().meta({ description: '0: what the config says, before anything was applied.' }),
  source: z.enum(['config', 'document']).meta({ description: '`config`: it follows the config.' }),
  at: IsoTime.optional(),
  author: z.string().optional(),
  reason: z.string().optional(),
  policy: PolicyShape,
};

export const PolicyVersionDocument: z.ZodType<PolicyVersionDocument> = z
  .strictObject(version)
  .meta({ id: 'PolicyVersion' });

export function policyVersionDocument(record: PolicyRecord): PolicyVersionDocument {
  const { version, source, at, author, reason, policy } = record;
  return {
    version,
    source,
    ...(at === undefined ? {} : { at: isoTime(at) }),
    ...(author === undefined ? {} : { author }),
    ...(reason === undefined ? {} : { reason }),
    policy: policyDocument(policy),
  };
}

const Change = z.looseObject({ kind: z.string() }).meta({
  id: 'PolicyChange',
  description: 'One thing in which a policy differs from another.',
}) as unknown as z.ZodType<PolicyChange>;

/** A version and how it differs from the one before. */
export interface PolicyHistoryDocument extends PolicyVersionDocument {
  readonly changes: readonly PolicyChange[];
}

export const PolicyHistoryDocument: z.ZodType<PolicyHistoryDocument> = z
  .strictObject({ ...version, changes: z.array(Change) })
  .meta({ id: 'PolicyVersionWithChanges' });

export function policyHistoryDocument(
  record: PolicyRecord,
  before: PolicyRecord | undefined,
): PolicyHistoryDocument {
  const changes = before === undefined ? [] : diffPolicies(before.policy, record.policy);
  return { ...policyVersionDocument(record), changes };
}

/** What is in force, and what of the config is not. */
export interface PolicyInForceDocument extends PolicyVersionDocument {
  /** What the config protects and the addresses of this machine, whatever the policy says. */
  readonly node_protects: readonly string[];
  readonly overruled: readonly string[];
}

export const PolicyInForceDocument: z.ZodType<PolicyInForceDocument> = z
  .strictObject({
    ...version,
    node_protects: z.array(z.string()).meta({
      description: 'What the config protects and the addresses of this machine, whatever the policy says.',
    }),
    overruled: z.array(z.string()).meta({
      description: 'In what the section `decisions` of the config says something else, which does not hold.',
    }),
  })
  .meta({ id: 'PolicyInForce' });

export function policyInForceDocument(
  standing: PolicyInForce,
  overruled: readonly string[],
): PolicyInForceDocument {
  return {
    ...policyVersionDocument(standing),
    node_protects: standing.nodeProtects,
    overruled,
  };
}

/** What is to be said of a document; `pointer` is a JSON pointer into it (RFC 6901). */
export interface PolicyIssueDocument {
  readonly severity: 'error' | 'warning';
  readonly pointer: string;
  readonly about: 'key' | 'value';
  readonly message: string;
}

export const PolicyIssueDocument: z.ZodType<PolicyIssueDocument> = z
  .strictObject({
    severity: z.enum(['error', 'warning']),
    pointer: z.string(),
    about: z.enum(['key', 'value']),
    message: z.string(),
  })
  .meta({ id: 'PolicyIssue' });

export function policyIssueDocument({ severity, path, about, message }: PolicyIssue): PolicyIssueDocument {
  return { severity, pointer: pointerOf(path), about, message: message.slice(0, 500) };
}

export function pointerOf(path: PolicyIssue['path']): string {
  return path
    .map((part) => `/${String(part).slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** What a policy would do if it were applied now. */
export interface PolicyPlanDocument {
  readonly ok: boolean;
  readonly version: number;
  readonly issues: readonly PolicyIssueDocument[];
  readonly changes: readonly PolicyChange[];
  readonly risks: readonly string[];
  readonly overruled: readonly string[];
}

export const PolicyPlanDocument: z.ZodType<PolicyPlanDocument> = z
  .strictObject({
    ok: z.boolean().meta({ description: 'Whether it is a policy: no issue is an error.' }),
    version: z.int().meta({ description: 'The version in force that it was compared with.' }),
    issues: z.array(PolicyIssueDocument),
    changes: z.array(Change),
    risks: z.array(z.string()).meta({ description: 'Who may be locked out by it, in words.' }),
    overruled: z.array(z.string()),
  })
  .meta({ id: 'PolicyPlan' });
