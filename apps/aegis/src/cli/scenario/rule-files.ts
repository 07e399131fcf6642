import { globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Rule } from '@aegis/scenario';
import { builtInScenarioFiles, loadScenarios } from '../../node/load-scenarios.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';

/** What `FILE` is where it is not a file. */
export const BUILT_IN = 'builtin';

/**
 * The rules of a file, of all `.yaml` and `.yml` files of a folder, or those that come with Aegis. Throws CommandError
 * with every error and its place.
 */
export function rulesOf(file: string, { cwd }: CommandContext): readonly Rule[] {
  const loaded = loadScenarios(file === BUILT_IN ? builtInScenarioFiles() : filesOf(resolve(cwd, file)));
  if (loaded.ok) return loaded.value;
  const lines = loaded.error.map(
    (error) => `${relative(cwd, error.file) || error.file}:${error.line}:${error.column}: ${error.message}`,
  );
  throw new CommandError(EXIT_CODES.usage, 'bad_rules', lines.join('\n'));
}

function filesOf(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const names = globSync('*.{yaml,yml}', { cwd: path }).sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new CommandError(EXIT_CODES.usage, 'no_rules', `${path} holds no .yaml file`);
}
