import { formatBytes, formatCount } from '../../cli/frame/format.ts';
import { type Check, fail, type NodeContext, ok, warn } from '../check.ts';
import { nearestExisting } from '../nearest-existing.ts';

const MIB = 1024 * 1024;
/** Below the first nothing can be stored soon; below the second a busy day can fill it. */
const BYTES = { fail: 256 * MIB, warn: 2048 * MIB };
const FILES = { fail: 1_000, warn: 10_000 };

export const diskSpace: Check<NodeContext> = {
  name: 'disk-space',
  run({ dir, spaceAt }) {
    const { freeBytes, freeFiles = Number.POSITIVE_INFINITY } = spaceAt(nearestExisting(dir.root));
    const files = freeFiles === Number.POSITIVE_INFINITY ? '' : `, ${formatCount(freeFiles)} more files`;
    const what = `${formatBytes(freeBytes)} free${files} for ${dir.root}`;
    const mend = 'make room, or set data_dir to a larger disk';
    if (freeBytes < BYTES.fail || freeFiles < FILES.fail) return fail(`only ${what}`, mend);
    if (freeBytes < BYTES.warn || freeFiles < FILES.warn) return warn(`only ${what}`, mend);
    return ok(what);
  },
};
