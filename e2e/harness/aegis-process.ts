import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ProgramOptions, type ProgramResult, plainEnvironment, runProgram } from './run-program.ts';

export const ROOT: string = join(import.meta.dirname, '..', '..');
export const PROGRAM: string = join(ROOT, 'apps', 'aegis', 'bin', 'aegis.js');

/** Runs `aegis` once, as a user would, and waits for it. */
export function aegis(words: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return runProgram([process.execPath, PROGRAM, ...words], { cwd: ROOT, ...options });
}

const running = new Set<ChildProcess>();
// Each file of tests has its own instance of this module: what a failed test left running ends with its file.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `aegis` and leaves it running, until the last test of the file at most. */
export function spawnAegis(words: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program = process.execPath, ...rest] = [
    ...(options.inside ?? []),
    process.execPath,
    PROGRAM,
    ...words,
  ];
  const child = spawn(program, rest, {
    cwd: options.cwd ?? ROOT,
    env: { ...plainEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command line that runs another one in its own place (`exec`). */
  readonly inside?: readonly string[];
}

/** What a request may say besides where it goes. */
type AskInit = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

/** A running `aegis up` on free ports and a data directory of its own. */
export interface RunningAegis {
  readonly api: string;
  readonly decoy: string;
  readonly dataDir: string;
  /** Of the command line on this data directory: an admin key. */
  readonly key: string;
  /** Shown by the first start only. */
  readonly firstAdminKey: string | undefined;
  readonly pid: number;
  /** Runs a command against it. */
  run(words: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
  /** Asks the API with the key. */
  fetch(path: string, init?: AskInit): Promise<Response>;
  /** GET with the key, as JSON. */
  get<T = unknown>(path: string): Promise<T>;
  /** Asks it to stop and waits; the exit code. */
  stop(): Promise<number>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** What it wrote to standard error so far. */
  log(): string;
}

export interface StartOptions extends SpawnOptions {
  /** Kept by the caller; without it a temporary one is made and removed by `stop`. */
  readonly dataDir?: string;
  /** Where the data directory is seen from outside `inside`; the same path by default. */
  readonly dataDirOutside?: (pid: number) => string;
}

export async function startAegis(options: StartOptions = {}): Promise<RunningAegis> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'aegis-e2e-'));
  const child = spawnAegis(['up', '--json', '--data-dir', dataDir], {
    ...options,
    // Not the project's, where a config file may lie.
    cwd: options.cwd ?? tmpdir(),
    env: { AEGIS_HTTP_PORT: '0', AEGIS_DECOY_PORT: '0', ...options.env },
  });
  const log: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk));
  const logText = (): string => Buffer.concat(log).toString();
  const line = await firstLine(child, logText);
  const facts = JSON.parse(line) as Record<string, string>;
  if (facts.api === undefined) throw new Error(`aegis up said ${line}:\n${logText()}`);
  const pid = child.pid as number;
  const outside = options.dataDirOutside?.(pid) ?? dataDir;
  const key = readFileSync(join(outside, 'secrets', 'cli.key'), 'utf8').trim();
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const ask = (path: string, init: AskInit = {}): Promise<Response> =>
    fetch(`${facts.api}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });
  return {
    api: facts.api,
    decoy: facts.decoy ?? '',
    dataDir: outside,
    key,
    firstAdminKey: facts.admin_key,
    pid,
    run: (words, runOptions) => aegis([...words, '--data-dir', outside], runOptions),
    fetch: ask,
    get: async <T>(path: string) => (await (await ask(path)).json()) as T,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return code ?? -1;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    log: logText,
  };
}

async function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    const end = text.indexOf('\n');
    if (end >= 0) resolve(text.slice(0, end));
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`aegis up ended with ${code} before it was up:\n${log()}`)));
  return promise;
}
