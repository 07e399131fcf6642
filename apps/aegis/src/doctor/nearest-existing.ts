import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The path itself or the nearest directory above it that is there. */
export function nearestExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at);
  return at;
}
