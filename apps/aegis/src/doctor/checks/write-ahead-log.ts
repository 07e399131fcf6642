import { statSync } from 'node:fs';
import { formatBytes } from '../../cli/frame/format.ts';
import { type Check, type NodeContext, ok, warn } from '../check.ts';
import { databaseFiles } from '../database-files.ts';

/** SQLite folds a log in when it reaches 4 MB and nobody reads from it. */
const TOO_LARGE = 256 * 1024 * 1024;

export const writeAheadLog: Check<NodeContext> = {
  name: 'write-ahead-log',
  run({ dir }) {
    const logs = databaseFiles(dir).map((file) => {
      const path = `${file}-wal`;
      return { path, size: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
    });
    const large = logs.filter(({ size }) => size > TOO_LARGE);
    if (large.length === 0) return ok(`${formatBytes(logs.reduce((sum, { size }) => sum + size, 0))} in all`);
    return large.flatMap(({ path, size }) =>
      warn(
        `${path} has grown to ${formatBytes(size)}: something keeps an old read open`,
        'end other programs that have the file open (backups, sqlite3); then restart the node',
      ),
    );
  },
};
