import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AegisError, Result } from '@aegis/model';
import { parseRules, type Rule, type RuleError } from '@aegis/scenario';

/** The rules that come with the program. */
export const BUILT_IN_SCENARIOS: string = join(import.meta.dirname, '..', '..', 'scenarios');

/** Reads every rule file; a rule of a later file replaces one of the same name. All errors at once. */
export function loadScenarios(files: readonly string[]): Result<readonly Rule[], readonly RuleError[]> {
  const rules = new Map<string, Rule>();
  const errors: RuleError[] = [];
  for (const file of files) {
    const parsed = readRules(file);
    if (parsed.ok) for (const rule of parsed.value) rules.set(rule.name, rule);
    else errors.push(...parsed.error);
  }
  return errors.length > 0 ? Result.err(errors) : Result.ok([...rules.values()]);
}

/** The files of {@link BUILT_IN_SCENARIOS}, in name order. */
export function builtInScenarioFiles(): readonly string[] {
  return globSync('*.yaml', { cwd: BUILT_IN_SCENARIOS })
    .sort()
    .map((name) => join(BUILT_IN_SCENARIOS, name));
}

/** The built-in rules and those of the given files. Throws AegisError `bad_scenarios` with every error. */
export function scenarioRules(files: readonly string[]): readonly Rule[] {
  const loaded = loadScenarios([...builtInScenarioFiles(), ...files]);
  if (loaded.ok) return loaded.value;
  const lines = loaded.error.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw new AegisError('bad_scenarios', `scenario files cannot be used:\n${lines.join('\n')}`);
}

function readRules(file: string): Result<readonly Rule[], readonly RuleError[]> {
  try {
    return parseRules(file, readFileSync(file, 'utf8'));
  } catch (cause) {
    const message = `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    return Result.err([{ kind: 'bad_rule', file, line: 1, column: 1, message }]);
  }
}
