import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that no package has: it is built, or its parts are fetched, once on a machine. */
export interface MadeProgram {
  readonly name: string;
  readonly version: string;
  /** Into a folder that is there and, unless an earlier attempt failed, empty. Throws where it cannot be made. */
  readonly make: (folder: string) => void;
}

/** Where it lies, or would. */
export function madeFolder({ name, version }: MadeProgram): string {
  return join(tmpdir(), 'aegis-made', `${name}-${version}`);
}

/** Undefined where it has not been made. */
export function madeVersion(program: MadeProgram): string | undefined {
  const note = join(madeFolder(program), 'version');
  return existsSync(note) ? readFileSync(note, 'utf8') : undefined;
}

/** Why it could not be made; empty where it is there. */
export function provideMade(program: MadeProgram): string {
  if (madeVersion(program) !== undefined) return '';
  const folder = madeFolder(program);
  try {
    mkdirSync(folder, { recursive: true });
    program.make(folder);
    // Last: what has a version is whole.
    writeFileSync(join(folder, 'version'), program.version);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const STEP_MS = 900_000;

/** Standard output of one step of making. */
export function makingStep(
  command: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): string {
  const [program, ...words] = command;
  const env = { ...process.env, ...options.env };
  const { status, error, stdout, stderr } = spawnSync(program, words, {
    cwd: options.cwd,
    env,
    encoding: 'utf8',
    timeout: STEP_MS,
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${program} ended with ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return stdout.trim();
}
