import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkPolicy } from './check-policy.ts';
import { defaultPolicy } from './default-policy.ts';
import { policyDocument, policyJsonSchema } from './policy-document.ts';
import { anyPolicy } from './testing/any-policy.ts';

test('what is written is read back as the same policy, through JSON, and has no errors', () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      const { policy: again, issues } = checkPolicy(JSON.parse(JSON.stringify(policyDocument(policy))));
      expect(again).toEqual(policy);
      expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
  );
});

test('lengths of time are written as people write them', () => {
  expect(policyDocument(defaultPolicy)).toMatchObject({
    limits: { max_duration: '365d' },
    proposals: { repeat: { max: '30d' } },
  });
  expect(policyDocument(defaultPolicy).strategies.at(-2)?.freshness).toMatchObject({ window: '1d' });
});

test('the published schema takes what is written, and refuses unknown keys', () => {
  const schema = z.fromJSONSchema(policyJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      expect(schema.safeParse(policyDocument(policy)).error).toBeUndefined();
    }),
    { numRuns: 50 },
  );
  expect(schema.safeParse({ ...policyDocument(defaultPolicy), exmpt: [] }).success).toBe(false);
  expect(policyJsonSchema()).toMatchObject({
    $schema: expect.stringContaining('2020-12'),
    title: 'Aegis policy',
  });
});
