import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemUser } from './system-user.ts';

export interface ServerOptions {
  /** For messages. */
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whom it runs as; default: as the test. */
  readonly user?: SystemUser;
  /** Whether it answers; asked until it does. Throwing counts as no. */
  readonly ready: () => Promise<boolean>;
  /** Default 30,000. */
  readonly readyMs?: number;
}

/** A real server that a test started. It ends at the latest with the process of the test. */
export interface RealServer {
  readonly pid: number;
  isRunning(): boolean;
  /** What it printed so far, both outputs. */
  output(): string;
  /** SIGTERM, then SIGKILL after 10 s; resolves when it is gone. */
  stop(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it hangs with its connections open. */
  pause(): void;
  resume(): void;
}

const MOST_OUTPUT = 1 << 20;
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server and waits until it answers. Throws with its output where it does not. */
export async function startServer(options: ServerOptions): Promise<RealServer> {
  const { name, command, ready, readyMs = 30_000 } = options;
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.user,
  });
  running.add(child);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', resolve).once('error', () => resolve());
  }).then(() => void running.delete(child));
  let text = '';
  const collect = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-MOST_OUTPUT);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.once('error', (error) => collect(Buffer.from(`${error.message}\n`)));

  const deadline = performance.now() + readyMs;
  while (!(await ready().catch(() => false))) {
    const ended = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (ended || performance.now() > deadline) {
      child.kill('SIGKILL');
      await gone;
      throw new Error(`${name} ${ended ? 'ended' : 'was not ready'} while it was started:\n${text}`);
    }
    await sleep(25);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return gone;
    child.kill('SIGCONT');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await once(child, 'exit');
    clearTimeout(late);
    await gone;
  };
  return {
    pid: child.pid as number,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => text,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}
