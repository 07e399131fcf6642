import { Prefix } from '@aegis/model';
import type { z } from 'zod';
import { Policy, Strategy, sharedNames } from './policy.ts';
import { policyJsonSchema } from './policy-document.ts';
import type { DocumentPath, PolicyIssue } from './policy-issue.ts';
import { type PrefixList, reviewPrefixes, type WrittenPrefix } from './review-prefixes.ts';
import { reviewStrategies, type WrittenStrategy } from './review-strategies.ts';

export interface PolicyCheck {
  /** Absent where there is an error. */
  readonly policy?: Policy;
  /** Errors first, then in the order of the document's parts. */
  readonly issues: readonly PolicyIssue[];
}

/** Issues told of one document; the first ones are enough to mend it. */
export const MOST_ISSUES = 200;

/**
 * Reads a policy document, plain data as JSON has it, and tells everything that is to be said of it at once: what
 * its schema finds, and what only the whole shows. The parts that are sound are reviewed even where others are not.
 */
export function checkPolicy(document: unknown): PolicyCheck {
  const parsed = Policy.safeParse(document);
  const issues = [
    ...(parsed.success ? [] : schemaIssues(parsed.error.issues, document)),
    ...reviewStrategies(strategiesIn(document)),
    ...PREFIX_LISTS.flatMap((list) => reviewPrefixes(list, prefixesIn(document, list))),
  ];
  const bySeverity = [
    ...issues.filter(({ severity }) => severity === 'error'),
    ...issues.filter(({ severity }) => severity === 'warning'),
  ].slice(0, MOST_ISSUES);
  const failed = bySeverity[0]?.severity === 'error';
  return { ...(parsed.success && !failed && { policy: parsed.data }), issues: bySeverity };
}

const PREFIX_LISTS: readonly PrefixList[] = ['exempt', 'protected'];

/** The schema compares names only where everything else is right; they are compared here where it does not. */
function schemaIssues(found: readonly SchemaIssue[], document: unknown): readonly PolicyIssue[] {
  const issues = found.flatMap((issue) => issuesOf(issue, document));
  if (found.every(({ code }) => code === 'custom')) return issues;
  const named = listIn(document, 'strategies').flatMap((strategy, index) => {
    const name = memberOf(strategy, 'name');
    return typeof name === 'string' ? [{ name, index }] : [];
  });
  const shared = sharedNames(named).map(
    ({ index, message }): PolicyIssue => ({
      severity: 'error',
      path: ['strategies', index, 'name'],
      about: 'value',
      message,
    }),
  );
  return [...issues, ...shared.filter(({ message }) => !issues.some((issue) => issue.message === message))];
}

function strategiesIn(document: unknown): readonly WrittenStrategy[] {
  return listIn(document, 'strategies').flatMap((written, index) => {
    const parsed = Strategy.safeParse(written);
    return parsed.success ? [{ index, strategy: parsed.data }] : [];
  });
}

function prefixesIn(document: unknown, list: PrefixList): readonly WrittenPrefix[] {
  return listIn(document, list).flatMap((text, index) => {
    const parsed = typeof text === 'string' && text.length <= 64 ? Prefix.parse(text) : undefined;
    return parsed?.ok === true ? [{ index, text: text as string, prefix: parsed.value }] : [];
  });
}

/** More than any valid list has is not looked at. */
const LONGEST_LIST = 10_000;

function listIn(document: unknown, key: string): readonly unknown[] {
  const list = memberOf(document, key);
  return Array.isArray(list) ? list.slice(0, LONGEST_LIST) : [];
}

function memberOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

type SchemaIssue = z.core.$ZodIssue;

function issuesOf(issue: SchemaIssue, document: unknown): readonly PolicyIssue[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const base = { severity: 'error', path, about: 'value' } as const;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(path);
    return issue.keys.map((written) => ({
      ...base,
      path: [...path, written],
      about: 'key',
      message: `is no key here; known are ${known.join(', ')}`,
      unknown: { written, known },
    }));
  }
  const found = path.reduce<unknown>(memberOf, document);
  if (found === undefined && path.length > 0) return [{ ...base, message: `is missing; ${wanted(issue)}` }];
  const known = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  if (known.length > 1)
    return [
      {
        ...base,
        message: `expected one of ${known.join(', ')}; found ${shown(found)}`,
        ...(typeof found === 'string' && { unknown: { written: found, known } }),
      },
    ];
  return [
    {
      ...base,
      message: isTold(issue, found) ? wanted(issue) : `${wanted(issue)}; found ${shown(found)}`,
    },
  ];
}

/** `Invalid input: expected number, received string` is said shorter. */
function wanted({ message }: SchemaIssue): string {
  return message.replace(/^[A-Z][\w ]{1,40}: (?=expected)/, '').replace(/, received .*$/, '');
}

/** Whether the message shows the value already. */
function isTold({ code, message }: SchemaIssue, found: unknown): boolean {
  return code === 'custom' && typeof found === 'string' && message.includes(JSON.stringify(found));
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'keys and values';
  if (value === null || value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
}

/** The keys that the schema knows at a place, of all forms that a value may have there. */
function keysAt(path: DocumentPath): readonly string[] {
  let nodes: readonly SchemaNode[] = [policyJsonSchema() as SchemaNode];
  for (const part of path)
    nodes = nodes
      .flatMap(formsOf)
      .flatMap((node) => (typeof part === 'number' ? node.items : node.properties?.[part]) ?? []);
  return [...new Set(nodes.flatMap(formsOf).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function formsOf(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...(node.oneOf ?? []), ...(node.anyOf ?? [])];
}
