import { afterAll, describe, type TestContext, test } from 'vitest';
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
    if (!isInstalled(program)) context.skip(`${name} is not installed: ${installCommand([program])}`);
    await body(context);
    testedAgainst(name, title);
  });
}

/**
 * A group of tests that work with a real program or server, skipped as a whole where it is missing: in CI that is
 * a failure. `title` is what stands in the table at the end.
 */
export function describeWithReal(name: string, title: string, body: () => void): void {
  const program = programNamed(name);
  if (!isInstalled(program)) {
    describe.skip(`${name}: ${title} (not installed: ${installCommand([program])})`, body);
    return;
  }
  describe(`${name}: ${title}`, () => {
    afterAll(() => testedAgainst(name, title));
    body();
  });
}

function isInstalled(program: RealProgram): boolean {
  if (!versions.has(program.name)) versions.set(program.name, versionOf(program));
  return versions.get(program.name) !== undefined;
}

function programNamed(name: string): RealProgram {
  const program = REAL_PROGRAMS.find((each) => each.name === name);
  if (program === undefined) throw new Error(`${name} is not among the real programs of this project`);
  return program;
}
