import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ROOT } from './aegis-process.ts';
import { type ProgramResult, plainEnvironment, runProgram } from './run-program.ts';

const PROGRAM = join(ROOT, 'apps', 'agent', 'bin', 'aegis-agent.js');

const running = new Set<ChildProcess>();
// What a failed test left running ends with its file.
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** What an agent says of itself, as far as tests ask. */
export interface AgentStatusText {
  readonly id: string;
  readonly pid: number;
  readonly connected: boolean;
  readonly state: string;
  readonly health: {
    readonly components: Readonly<
      Record<string, { readonly healthy: boolean; readonly status: string; readonly lastError: string }>
    >;
  };
  readonly config: { readonly status: string; readonly error: string };
  readonly decisions: readonly { readonly value: string }[];
}

/** A running `aegis-agent run` with a folder of its own. */
export interface RunningAgent {
  readonly folder: string;
  readonly pid: number;
  /** What `aegis-agent status --json` shows; undefined where it has written nothing yet. */
  status(): AgentStatusText | undefined;
  /** Runs a command of the agent's program with the same config. */
  run(words: readonly string[]): Promise<ProgramResult>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  log(): string;
}

export interface AgentStart {
  /** URL of the fleet server. */
  readonly server: string;
  readonly key: string;
  /** PEM. */
  readonly fleetKey: string;
  /** More of its config, as JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of an agent that ran before; without it a temporary one is made, and removed by `stop`. */
  readonly folder?: string;
}

export function startAgent({ server, key, fleetKey, config = {}, ...options }: AgentStart): RunningAgent {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'aegis-agent-'));
  const at = (name: string): string => join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(at('key'), key);
  writeFileSync(at('fleet.pub'), fleetKey);
  const settings = { key_file: at('key'), fleet_key_file: at('fleet.pub'), state_dir: at('state') };
  writeFileSync(at('agent.yaml'), JSON.stringify({ ...settings, server, ...config }));
  const child = spawn(process.execPath, [PROGRAM, 'run', '--config', at('agent.yaml')], {
    cwd: folder,
    env: plainEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  const ended = once(child, 'exit');
  child.once('exit', () => running.delete(child));
  const log: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk));
  return {
    folder,
    pid: child.pid as number,
    status() {
      const kept = join(folder, 'state', 'status.json');
      if (!existsSync(kept)) return undefined;
      const status = JSON.parse(readFileSync(kept, 'utf8')) as AgentStatusText;
      // Of the process before, where this one has written none yet.
      return status.pid === child.pid ? status : undefined;
    },
    run: (words) => runProgram([process.execPath, PROGRAM, ...words, '--config', at('agent.yaml')]),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    log: () => Buffer.concat(log).toString(),
  };
}
