import { spawnSync } from 'node:child_process';
import { provideMade } from './made-program.ts';
import { installCommand, REAL_PROGRAMS, type RealProgram } from './programs.ts';
import { unpackPackage } from './unpacked-package.ts';
import { versionOf } from './version-of.ts';

export interface ProgramStatus {
  readonly program: RealProgram;
  /** Absent where it is not installed and could not be. */
  readonly version?: string;
  /** Why not, and the mend. */
  readonly missing?: string;
}

const INSTALL = ['install', '-q', '-y', '--no-install-recommends'];
const APT_MS = 900_000;

/** Looks which real programs are there and, as root on a Debian-like system, installs those that are not. */
export function provideRealPrograms(say: (line: string) => void): readonly ProgramStatus[] {
  const found = REAL_PROGRAMS.map((program) => ({ program, version: versionOf(program) }));
  const absent = found.filter(({ version }) => version === undefined).map(({ program }) => program);
  if (absent.length === 0) return found as readonly ProgramStatus[];
  const trouble = new Map(
    install(
      absent.filter(({ made }) => made === undefined),
      say,
    ),
  );
  for (const { name, made } of absent) {
    if (made === undefined) continue;
    say(`making ${name} ${made.version} for the tests, once on this machine`);
    trouble.set(name, provideMade(made));
  }
  return found.map(({ program, version = versionOf(program) }) =>
    version === undefined
      ? {
          program,
          missing:
            trouble.get(program.made === undefined ? program.debian : program.name) ||
            'installed, and yet not found',
        }
      : { program, version },
  );
}

/** Returns why each package may still be missing. */
function install(programs: readonly RealProgram[], say: (line: string) => void): ReadonlyMap<string, string> {
  const packages = programs.filter(({ unpacked }) => unpacked !== true).map(({ debian }) => debian);
  const unpacked = programs.filter((each) => each.unpacked === true).map(({ debian }) => debian);
  const forAll = (why: string): ReadonlyMap<string, string> =>
    new Map([...packages, ...unpacked].map((name) => [name, why]));
  if (programs.length === 0) return new Map();
  if (process.getuid?.() !== 0) return forAll(`not installed, and not root: run ${installCommand(programs)}`);
  if (apt('--version') !== '') return forAll('not installed, and there is no apt-get here');
  say(`installing real programs for the tests: ${[...packages, ...unpacked].join(', ')}`);
  const unlisted = apt('update', '-q');
  if (unlisted !== '') say(`apt-get update failed, trying with what is known: ${unlisted}`);
  const trouble = new Map(unpacked.map((name) => [name, unpackPackage(name)]));
  if (packages.length === 0 || apt(...INSTALL, ...packages) === '') return trouble;
  // One package that cannot be had must not take the others with it.
  for (const name of packages) trouble.set(name, apt(...INSTALL, name));
  return trouble;
}

/** Why it failed; empty where it did not. */
function apt(...words: readonly string[]): string {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8', timeout: APT_MS });
  if (error !== undefined) return error.message;
  return status === 0 ? '' : `apt-get ended with ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}
