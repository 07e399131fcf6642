import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDir } from '../node/data-dir.ts';

/** The node's SQLite files that are there. */
export function databaseFiles({ stream, memory, ledger, registry, archive }: DataDir): readonly string[] {
  return [stream, memory, ledger, registry, join(archive, 'archive.db')].filter((path) => existsSync(path));
}
