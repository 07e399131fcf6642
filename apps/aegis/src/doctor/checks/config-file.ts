import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Check, fail, type NodeContext, ok, warn } from '../check.ts';

export const configFile: Check<NodeContext> = {
  name: 'config-file',
  run({ configFile: file, cwd }) {
    if (file === undefined) return ok('none: the defaults hold');
    const path = resolve(cwd, file);
    const { mode } = statSync(path);
    if ((mode & 0o002) !== 0) return fail(`anyone on this machine can change ${path}`, `chmod o-w ${path}`);
    if ((mode & 0o020) !== 0) return warn(`its whole group can change ${path}`, `chmod g-w ${path}`);
    return ok(`${path}, changed by its owner alone`);
  },
};
