import { statSync } from 'node:fs';
import { type Check, fail, type NodeContext, ok } from '../check.ts';

export const cliKey: Check<NodeContext> = {
  name: 'cli-key',
  run({ dir }) {
    const stats = statSync(dir.cliKey, { throwIfNoEntry: false });
    if (stats === undefined) return ok('none yet: it is made at the first start');
    if ((stats.mode & 0o077) === 0) return ok('readable by its owner alone');
    return fail(
      `others on this machine can read ${dir.cliKey}, an admin key`,
      `chmod 600 ${dir.cliKey}, remove it, and restart the node: it makes another`,
    );
  },
};
