import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps each version's programs in a folder of its own, which is not on the PATH. */
const VERSIONS = '/usr/lib/postgresql';

/** Where `initdb` or `postgres` of the newest version is; its bare name where only the PATH may know. */
export function postgresProgram(name: string): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a));
  return newestFirst.map((version) => join(VERSIONS, version, 'bin', name)).find(existsSync) ?? name;
}
