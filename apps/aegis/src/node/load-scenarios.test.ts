import { rememberingRecognition } from '@aegis/analyze';
import { type Rule, runExample } from '@aegis/scenario';
import { describe, expect, test } from 'vitest';
import { classesWith } from '../pipeline/classes-with.ts';
import { builtInScenarioFiles, loadScenarios } from './load-scenarios.ts';

const classesOf = classesWith(rememberingRecognition());
const loaded = loadScenarios(builtInScenarioFiles());
const rules: readonly Rule[] = loaded.ok ? loaded.value : [];

test('the built-in rules are all well formed', () => {
  expect(loaded.ok ? [] : loaded.error).toEqual([]);
  expect(rules.length).toBeGreaterThanOrEqual(9);
});

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  test.each(rule.must_catch.map((example) => [example.about, example] as const))(
    'fires on %s',
    (_about, example) => {
      expect(runExample(rule, example, classesOf)).toBeGreaterThan(0);
    },
  );

  test.each(rule.must_not.map((example) => [example.about, example] as const))(
    'passes %s',
    (_about, example) => {
      expect(runExample(rule, example, classesOf)).toBe(0);
    },
  );
});

test('a file that is not there is an error of that file, and the others are still told', () => {
  const result = loadScenarios(['/nonexistent/one.yaml', '/nonexistent/two.yaml']);
  expect(result.ok ? [] : result.error.map(({ file }) => file)).toEqual([
    '/nonexistent/one.yaml',
    '/nonexistent/two.yaml',
  ]);
});
