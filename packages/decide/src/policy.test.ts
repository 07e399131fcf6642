import { expect, test } from 'vitest';
import { z } from 'zod';
import { defaultPolicy } from './default-policy.ts';
import { Policy } from './policy.ts';
import { policyDocument } from './policy-document.ts';

const one = [{ name: 'all', origins: ['*'] }];

test('what is left out has documented defaults', () => {
  expect(Policy.parse({ strategies: one })).toEqual({
    name: 'default',
    strategies: [
      {
        name: 'all',
        origins: ['*'],
        weight: 1,
        freshness: { kind: 'linear', windowSeconds: 3600, floor: 0.1 },
        mode: 'enforce',
      },
    ],
    exempt: [],
    protected: [],
    limits: { maxDurationSeconds: 31_536_000, widestV4: 8, widestV6: 19 },
    proposals: { minConfidence: 50, repeat: { factor: 2, maxSeconds: 2_592_000 } },
  });
});

test('lengths of time are written as text or as seconds', () => {
  const lengths = [{ window: '90s' }, { window: 90 }, { window: '1.5h' }].map((freshness) => {
    const [strategy] = Policy.parse({
      strategies: [{ name: 'a', origins: ['a'], freshness: { kind: 'linear', ...freshness } }],
    }).strategies;
    return strategy?.freshness;
  });
  expect(lengths).toMatchObject([{ windowSeconds: 90 }, { windowSeconds: 90 }, { windowSeconds: 5_400 }]);
});

test('prefixes come out canonical', () => {
  expect(Policy.parse({ strategies: one, exempt: ['192.0.2.9/24', '2001:DB8::1'] }).exempt).toEqual([
    '192.0.2.0/24',
    '2001:db8::1/128',
  ]);
});

test.each([
  ['an unknown key', { strategies: one, exmpt: [] }, /exmpt/],
  ['an unknown key inside', { strategies: [{ ...one[0], wieght: 1 }] }, /wieght/],
  ['two strategies of one name', { strategies: [...one, ...one] }, /share a name/],
  ['no strategy', { strategies: [] }, /strategies/],
  ['a star inside an origin', { strategies: [{ name: 'a', origins: ['feed:*:x'] }] }, /at its end/],
  ['a weight of nothing', { strategies: [{ name: 'a', origins: ['a'], weight: 0 }] }, /weight/],
  ['no time at all', { strategies: one, limits: { max_duration: '0s' } }, /expected a length of time/],
  ['too long a time', { strategies: one, limits: { max_duration: '9999d' } }, /at most 3660d/],
  ['a length of time in words', { strategies: one, limits: { max_duration: 'an hour' } }, /30m, 1h or 7d/],
  ['a bad prefix', { strategies: one, protected: ['10.0.0.0/33'] }, /not an address prefix/],
  [
    'an unknown freshness',
    { strategies: [{ name: 'a', origins: ['a'], freshness: { kind: 'odd' } }] },
    /freshness/,
  ],
])('%s is an error', (_, input, message) => {
  const parsed = Policy.safeParse(input);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.message).toMatch(message);
});

test('the default policy takes every origin and is valid', () => {
  expect(Policy.parse(policyDocument(defaultPolicy))).toEqual(defaultPolicy);
  expect(defaultPolicy.strategies.at(-1)?.origins).toEqual(['*']);
});

test('its JSON Schema can be published, with a description of every field', () => {
  const schema = z.toJSONSchema(Policy, { io: 'input' });
  const undocumented: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { properties } = node as { properties?: Record<string, { description?: string; const?: unknown }> };
    for (const [name, field] of Object.entries(properties ?? {})) {
      const documented = field.description !== undefined || field.const !== undefined;
      const isGroup = 'properties' in field;
      if (!documented && !isGroup) undocumented.push(`${path}.${name}`);
    }
    for (const [key, child] of Object.entries(node)) visit(child, `${path}.${key}`);
  };
  visit(schema, '');
  expect(undocumented).toEqual([]);
});
