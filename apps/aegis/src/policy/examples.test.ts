import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPolicyText } from './read-policy-text.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const FOLDER = join(ROOT, 'examples', 'policies');

test.each(readdirSync(FOLDER))('example %s is a policy of which nothing is to be said', (name) => {
  const { policy, issues } = readPolicyText(name, readFileSync(join(FOLDER, name)));
  expect(issues).toEqual([]);
  expect(policy?.name).toBe(name.replace(/\.\w+$/, ''));
});

test('so is the one in the documentation', () => {
  const page = readFileSync(join(ROOT, 'docs', 'policies.md'), 'utf8');
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const { policy, issues } = readPolicyText('policies.md', new TextEncoder().encode(text));
  expect(policy?.name).toBe('watch-new-feed');
  expect(issues).toEqual([]);
});
