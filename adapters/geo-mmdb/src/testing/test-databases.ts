import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data', 'mmdb');

/** Whether MaxMind's test databases are beside the project. */
export const haveTestDatabases: boolean = existsSync(FOLDER);

export const TEST_DATABASES: readonly string[] = haveTestDatabases
  ? readdirSync(FOLDER).filter((name) => name.endsWith('.mmdb'))
  : [];

export function testDatabase(name: string): Buffer {
  return readFileSync(join(FOLDER, name));
}

/** The networks and records that a database was made from. */
export function databaseSource(name: string): readonly Readonly<Record<string, unknown>>[] {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as readonly Readonly<Record<string, unknown>>[];
}
