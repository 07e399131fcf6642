import { type TestContext, test } from 'vitest';
import { installCommand, REAL_PROGRAMS, type RealProgram } from './programs.ts';
import { testedAgainst } from './tested-against.ts';
import { versionOf } from './version-of.ts';

const versions = new Map<string, string | undefined>();

/**
 * A test that works with a real program. Where the program is missing it is skipped and says so, which the test
 * command counts as a failure in CI. Notes what was tested for the table at the end.
 */
export function realProgramTest(
  name: string,
  title: string,
  body: (context: TestContext) => Promise<void>,
): void {
  const program = programNamed(name);
  test(`${name}: ${title}`, async (context) => {
    if (!versions.has(name)) versions.set(name, versionOf(program));
    if (versions.get(name) === undefined)
      context.skip(`${name} is not installed: ${installCommand([program])}`);
    await body(context);
    testedAgainst(name, title);
  });
}

function programNamed(name: string): RealProgram {
  const program = REAL_PROGRAMS.find((each) => each.name === name);
  if (program === undefined) throw new Error(`${name} is not among the real programs of this project`);
  return program;
}
