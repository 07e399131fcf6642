import { resolve } from 'node:path';
import { builtInScenarioFiles, loadScenarios } from '../../node/load-scenarios.ts';
import { type Check, fail, type NodeContext, ok } from '../check.ts';

export const scenarios: Check<NodeContext> = {
  name: 'scenarios',
  run({ config, cwd }) {
    const own = config.scenarios.files.map((file) => resolve(cwd, file));
    const loaded = loadScenarios([...builtInScenarioFiles(), ...own]);
    if (loaded.ok) return ok(`${loaded.value.length} rules, ${own.length} files of your own`);
    return loaded.error.flatMap(({ file, line, column, message }) =>
      fail(`${file}:${line}:${column}: ${message}`, 'mend the rule, or take the file out of scenarios.files'),
    );
  },
};
