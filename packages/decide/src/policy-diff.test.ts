import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Policy } from './policy.ts';
import { diffPolicies, type PolicyChange } from './policy-diff.ts';
import { type PolicyDocument, policyDocument } from './policy-document.ts';
import { anyPolicy } from './testing/any-policy.ts';

/** What a document says, whatever the order and number of prefixes in it. */
function meaning(policy: Policy): PolicyDocument {
  const document = policyDocument(policy);
  return {
    ...document,
    exempt: [...new Set(document.exempt)].sort(),
    protected: [...new Set(document.protected)].sort(),
  };
}

function put(object: Record<string, unknown>, field: string, value: unknown): void {
  const [key = '', ...rest] = field.split('.');
  if (rest.length > 0) put(object[key] as Record<string, unknown>, rest.join('.'), value);
  else if (value === null) delete object[key];
  else object[key] = value;
}

/** Makes the new policy out of the old one and the differences alone. */
function patched(before: Policy, changes: readonly PolicyChange[]): PolicyDocument {
  const document = structuredClone(meaning(before)) as PolicyDocument & Record<string, unknown>;
  let strategies = [...document.strategies] as unknown as (Record<string, unknown> & { name: string })[];
  const moved: { name: string; to: number }[] = [];
  const added: { strategy: (typeof strategies)[number]; place: number }[] = [];
  for (const change of changes) {
    if (change.kind === 'strategy_removed')
      strategies = strategies.filter(({ name }) => name !== change.strategy.name);
    else if (change.kind === 'strategy_added')
      added.push({
        strategy: change.strategy as unknown as (typeof strategies)[number],
        place: change.place,
      });
    else if (change.kind === 'strategy_moved') moved.push(change);
    else if (change.kind === 'strategy_changed')
      put(
        strategies.find(({ name }) => name === change.name) as Record<string, unknown>,
        change.field,
        change.after,
      );
    else if (change.kind === 'changed') put(document, change.field, change.after);
    else {
      const list = new Set(document[change.list]);
      if (change.kind === 'prefix_added') list.add(change.prefix);
      else list.delete(change.prefix);
      put(document, change.list, [...list].sort());
    }
  }
  const stays = strategies.filter(({ name }) => !moved.some((each) => each.name === name));
  for (const { name, to } of moved.sort((a, b) => a.to - b.to))
    stays.splice(to - 1, 0, strategies.find((each) => each.name === name) as (typeof strategies)[number]);
  for (const { strategy, place } of added.sort((a, b) => a.place - b.place))
    stays.splice(place - 1, 0, strategy);
  return { ...document, strategies: stays as unknown as PolicyDocument['strategies'] };
}

test('the differences, applied to the old policy, give the new one', () => {
  fc.assert(
    fc.property(anyPolicy, anyPolicy, (before, after) => {
      expect(patched(before, diffPolicies(before, after))).toEqual(meaning(after));
    }),
    { numRuns: 500 },
  );
});

test('there are none exactly where both say the same', () => {
  fc.assert(
    fc.property(anyPolicy, anyPolicy, (before, after) => {
      expect(diffPolicies(before, before)).toEqual([]);
      const same = JSON.stringify(meaning(before)) === JSON.stringify(meaning(after));
      expect(diffPolicies(before, after).length === 0).toBe(same);
    }),
  );
});

const named = (...names: readonly string[]): Policy =>
  Policy.parse({ strategies: names.map((name) => ({ name, origins: [name] })) });

test('one strategy that moves is one difference', () => {
  expect(diffPolicies(named('a', 'b', 'c', 'd'), named('d', 'a', 'b', 'c'))).toEqual([
    { kind: 'strategy_moved', name: 'd', from: 4, to: 1 },
  ]);
});

test('one that is new moves no other, and fields are told one by one', () => {
  const before = named('a', 'b');
  const after = Policy.parse({
    strategies: [
      { name: 'x', origins: ['x'] },
      { name: 'a', origins: ['a'], weight: 2, freshness: { kind: 'none' } },
      { name: 'b', origins: ['b'] },
    ],
    exempt: ['192.0.2.1'],
  });
  expect(diffPolicies(before, after)).toMatchObject([
    { kind: 'strategy_added', place: 1, strategy: { name: 'x' } },
    { kind: 'strategy_changed', name: 'a', field: 'weight', before: 1, after: 2 },
    { kind: 'strategy_changed', name: 'a', field: 'freshness.kind', before: 'linear', after: 'none' },
    { kind: 'strategy_changed', name: 'a', field: 'freshness.window', before: '1h', after: null },
    { kind: 'strategy_changed', name: 'a', field: 'freshness.floor', before: 0.1, after: null },
    { kind: 'prefix_added', list: 'exempt', prefix: '192.0.2.1/32' },
  ]);
});
