import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Check, fail, type NodeContext, ok } from '../check.ts';
import { databaseFiles } from '../database-files.ts';

export const databases: Check<NodeContext> = {
  name: 'databases',
  run({ dir }) {
    const files = databaseFiles(dir);
    const broken = files.flatMap((path) => {
      const damage = damageOf(path);
      return damage === undefined
        ? []
        : fail(
            `${path} is damaged: ${damage}`,
            'stop the node and restore this file from a backup, with its -wal',
          );
    });
    if (broken.length > 0) return broken;
    return ok(
      files.length === 0 ? 'none yet' : `${files.map((path) => basename(path)).join(', ')} are sound`,
    );
  },
};

/** The first thing that `quick_check` finds wrong. Reads the whole file. */
function damageOf(path: string): string | undefined {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const row = db.prepare('PRAGMA quick_check(1)').get() as { readonly quick_check?: string } | undefined;
      return row?.quick_check === 'ok' ? undefined : (row?.quick_check ?? 'it does not answer');
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
