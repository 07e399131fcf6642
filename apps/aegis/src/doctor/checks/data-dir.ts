import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type Finding, fail, type NodeContext, ok, warn } from '../check.ts';
import { nearestExisting } from '../nearest-existing.ts';

export const dataDirectory: Check<NodeContext> = {
  name: 'data-dir',
  run({ dir: { root } }) {
    const there = nearestExisting(root);
    const stats = statSync(there);
    if (!stats.isDirectory())
      return fail(`${there} is not a directory`, 'set data_dir to a directory, or remove that file');
    const refusal = writeRefusal(there);
    if (refusal !== undefined) {
      return fail(
        `nothing can be written in ${there}: ${refusal}`,
        'give the user of Aegis the right to write there, or set data_dir elsewhere',
      );
    }
    if (there !== root) return ok(`${root} will be made at the first start`);
    return permissions(root, stats.mode);
  },
};

function permissions(root: string, mode: number): readonly Finding[] {
  if ((mode & 0o002) !== 0) return fail(`anyone on this machine can change ${root}`, `chmod 750 ${root}`);
  if ((mode & 0o005) !== 0) {
    return warn(
      `anyone on this machine can read ${root}: sessions hold what people typed`,
      `chmod 750 ${root}`,
    );
  }
  return ok(`${root} can be written, and not read by others`);
}

/** By trying: rights say nothing of read-only mounts and quotas. */
function writeRefusal(directory: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(join(directory, '.aegis-doctor-')));
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
