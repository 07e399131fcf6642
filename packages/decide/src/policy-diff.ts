import type { Policy } from './policy.ts';
import { type PolicyDocument, policyDocument, type StrategyDocument } from './policy-document.ts';

/** One thing in which two policies differ. Values are as in a policy document. */
export type PolicyChange =
  | { readonly kind: 'strategy_added'; readonly strategy: StrategyDocument; readonly place: number }
  | { readonly kind: 'strategy_removed'; readonly strategy: StrategyDocument; readonly place: number }
  /** Its place among those that both have, from 1: the first strategy that takes a decision has it. */
  | { readonly kind: 'strategy_moved'; readonly name: string; readonly from: number; readonly to: number }
  | {
      readonly kind: 'strategy_changed';
      readonly name: string;
      /** `weight`, `freshness.window`. */
      readonly field: string;
      readonly before: unknown;
      readonly after: unknown;
    }
  | {
      readonly kind: 'prefix_added' | 'prefix_removed';
      readonly list: 'exempt' | 'protected';
      readonly prefix: string;
    }
  /** `name`, `limits.max_duration`. */
  | { readonly kind: 'changed'; readonly field: string; readonly before: unknown; readonly after: unknown };

/**
 * In what `after` differs from `before`, strategies by their names; empty where they say the same. The order of
 * prefixes and how often one is listed say nothing.
 */
export function diffPolicies(before: Policy, after: Policy): readonly PolicyChange[] {
  const [old, now] = [policyDocument(before), policyDocument(after)];
  return [
    ...changedFields('name', old.name, now.name),
    ...strategyChanges(old, now),
    ...prefixChanges('exempt', old.exempt, now.exempt),
    ...prefixChanges('protected', old.protected, now.protected),
    ...changedFields('limits', old.limits, now.limits),
    ...changedFields('proposals', old.proposals, now.proposals),
  ].map((change) => ('kind' in change ? change : { kind: 'changed', ...change }));
}

function strategyChanges(old: PolicyDocument, now: PolicyDocument): readonly PolicyChange[] {
  const before = new Map(old.strategies.map((strategy, at) => [strategy.name, { strategy, at }]));
  const after = new Map(now.strategies.map((strategy, at) => [strategy.name, { strategy, at }]));
  const changes: PolicyChange[] = [];
  for (const [name, { strategy, at }] of before)
    if (!after.has(name)) changes.push({ kind: 'strategy_removed', strategy, place: at + 1 });
  for (const [name, { strategy, at }] of after) {
    const was = before.get(name);
    if (was === undefined) changes.push({ kind: 'strategy_added', strategy, place: at + 1 });
    else
      for (const change of changedFields('', was.strategy, strategy))
        changes.push({ kind: 'strategy_changed', name, ...change });
  }
  return [...changes, ...moves(before.keys(), after.keys())];
}

/** As few as it takes: those outside a longest run that both have in the same order. */
function moves(before: Iterable<string>, after: Iterable<string>): readonly PolicyChange[] {
  const known = new Set(after);
  const old = [...before].filter((name) => known.has(name));
  const placeOf = new Map(old.map((name, at) => [name, at]));
  const now = [...known].filter((name) => placeOf.has(name));
  const places = now.map((name) => placeOf.get(name) as number);
  const stays = longestRise(places);
  return now.flatMap((name, to) => {
    const from = places[to] as number;
    return stays.has(from) ? [] : [{ kind: 'strategy_moved', name, from: from + 1, to: to + 1 } as const];
  });
}

/** The members of a longest increasing subsequence; quadratic, for at most 256. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  const lengths: number[] = [];
  const previous: number[] = [];
  let last = -1;
  for (const [at, number] of numbers.entries()) {
    lengths[at] = 1;
    previous[at] = -1;
    for (let before = 0; before < at; before++) {
      if ((numbers[before] as number) > number || (lengths[before] as number) < (lengths[at] as number))
        continue;
      lengths[at] = (lengths[before] as number) + 1;
      previous[at] = before;
    }
    if (last < 0 || (lengths[at] as number) > (lengths[last] as number)) last = at;
  }
  const members = new Set<number>();
  for (let at = last; at >= 0; at = previous[at] as number) members.add(numbers[at] as number);
  return members;
}

function prefixChanges(
  list: 'exempt' | 'protected',
  old: readonly string[],
  now: readonly string[],
): readonly PolicyChange[] {
  const [before, after] = [new Set(old), new Set(now)];
  return [
    ...[...before]
      .filter((prefix) => !after.has(prefix))
      .map((prefix) => ({ kind: 'prefix_removed', list, prefix }) as const),
    ...[...after]
      .filter((prefix) => !before.has(prefix))
      .map((prefix) => ({ kind: 'prefix_added', list, prefix }) as const),
  ];
}

interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Lists are compared whole; a field that only one of them has is null in the other. */
function changedFields(field: string, before: unknown, after: unknown): readonly FieldChange[] {
  if (isPlain(before) && isPlain(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      changedFields(field === '' ? key : `${field}.${key}`, before[key], after[key]),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ field, before: before ?? null, after: after ?? null }];
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
