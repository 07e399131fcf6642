import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Where the tests of a run note which real programs they worked with. */
const NOTES = 'TESTED_AGAINST_FILE';

/** Called by a test once it has worked with the real program. */
export function testedAgainst(name: string, test: string): void {
  const file = process.env[NOTES];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, test })}\n`);
}

/** The tests that worked with each program. */
export function readTestedAgainst(file: string): ReadonlyMap<string, readonly string[]> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const notes = lines.map((line) => JSON.parse(line) as { name: string; test: string });
  const byName = Map.groupBy(notes, ({ name }) => name);
  return new Map([...byName].map(([name, all]) => [name, [...new Set(all.map(({ test }) => test))]]));
}

export function notesEnvironment(file: string): Record<string, string> {
  return { [NOTES]: file };
}
