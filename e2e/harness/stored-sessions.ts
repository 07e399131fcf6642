import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionRecord } from '@aegis/model';

/** All sessions of a data directory: from the files themselves, not from what the program says of them. */
export function storedSessions(dataDir: string): readonly SessionRecord[] {
  return globSync('sessions/*/sessions.jsonl', { cwd: dataDir })
    .flatMap((file) => readFileSync(join(dataDir, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SessionRecord);
}

/** What was acknowledged against what is stored. */
export interface Books {
  readonly stored: number;
  readonly missing: readonly string[];
  readonly twice: readonly string[];
}

/** Nothing may be missing and nothing be there twice. At most ten of each are named. */
export function checkBooks(dataDir: string, acknowledged: ReadonlySet<string>): Books {
  const ids = storedSessions(dataDir).map(({ sess_uuid }) => sess_uuid);
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const id of ids) {
    if (seen.has(id)) twice.push(id);
    seen.add(id);
  }
  const missing = [...acknowledged].filter((id) => !seen.has(id));
  return { stored: ids.length, missing: missing.slice(0, 10), twice: twice.slice(0, 10) };
}
