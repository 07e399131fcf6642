import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** It is killed, and an error thrown, after this long; default 120 s. */
  readonly seconds?: number;
}

/** What a program left behind. */
export interface ProgramResult {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with an environment that has nothing of this machine's settings. */
export async function runProgram(
  command: readonly string[],
  { cwd, env, input = '', seconds = 120 }: ProgramOptions = {},
): Promise<ProgramResult> {
  const [program = '', ...words] = command;
  const child = spawn(program, words, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...plainEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: seconds * 1_000,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that does not read its input to the end is no fault.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const result = {
    code: code ?? -1,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
  if (signal === 'SIGKILL')
    throw new Error(
      `${command.join(' ')} did not end within ${seconds} s:\n${result.stdout}${result.stderr}`,
    );
  return result;
}

/** What every program needs, and nothing that configures one. */
export function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8', TMPDIR = '/tmp' } = process.env;
  return { PATH, HOME, LANG, TMPDIR, NO_COLOR: '1' };
}
