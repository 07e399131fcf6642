import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { RedisServer } from '@aegis/testing';
import { type SpawnOptions, spawnAegis } from './aegis-process.ts';

/** A running `aegis worker`. */
export interface RunningWorker {
  readonly pid: number;
  /** Asks it to stop and waits; the exit code. */
  stop(): Promise<number>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  isRunning(): boolean;
  /** What it wrote to standard error so far. */
  log(): string;
  /** What it holds of the memory now, MiB. */
  residentMib(): number;
}

export interface WorkerOptions extends SpawnOptions {
  readonly dataDir: string;
  readonly redis: RedisServer;
}

/** What makes a program work on a Redis. */
export function redisEnvironment({ host, port }: RedisServer): Record<string, string> {
  return { REDIS_HOST: host, REDIS_PORT: String(port) };
}

/** Resolves once it takes sessions. A hanging Redis is noticed soon. */
export async function startWorker({
  dataDir,
  redis,
  env,
  ...options
}: WorkerOptions): Promise<RunningWorker> {
  const child = spawnAegis(['worker', '--json', '--data-dir', dataDir], {
    ...options,
    cwd: tmpdir(),
    env: { ...redisEnvironment(redis), AEGIS_REDIS_TIMEOUT: '1s', BLOCK_MS: '500', ...env },
  });
  const log: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk));
  const logText = (): string => Buffer.concat(log).toString();
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const early = ended.then(([code]) => {
    throw new Error(`aegis worker ended with ${code} before it worked:\n${logText()}`);
  });
  if (child.stdout === null) throw new Error('its output is not to be had');
  await Promise.race([once(child.stdout, 'data'), early]);
  early.catch(() => {});
  const pid = child.pid as number;
  return {
    pid,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return code ?? -1;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    isRunning: () => child.exitCode === null && child.signalCode === null,
    log: logText,
    residentMib() {
      const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return Number(kib) / 1024;
    },
  };
}
