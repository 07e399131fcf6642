import { type Check, fail, type NodeContext, ok, warn } from '../check.ts';
import { nearestExisting } from '../nearest-existing.ts';

/** Magic numbers of statfs(2) of those on which SQLite's WAL cannot be trusted (sqlite.org/wal.html). */
const NETWORK: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  16914839: '9P',
  1702057286: 'FUSE',
};
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

export const fileSystem: Check<NodeContext> = {
  name: 'file-system',
  run({ dir: { root }, spaceAt }) {
    const { type } = spaceAt(nearestExisting(root));
    const network = NETWORK[type >>> 0];
    if (network !== undefined) {
      return fail(
        `${root} is on ${network}, where the write-ahead log is not safe`,
        'set data_dir to a local disk',
      );
    }
    if (IN_MEMORY.has(type >>> 0)) {
      return warn(
        `${root} is in memory: everything is lost when the machine stops`,
        'set data_dir to a local disk',
      );
    }
    return ok('local');
  },
};
