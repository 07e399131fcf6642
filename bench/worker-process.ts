import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '..', 'apps', 'aegis', 'bin', 'aegis.js');
/** Of Linux, in every version: USER_HZ. */
const TICKS_PER_SECOND = 100;

/** A real `aegis worker` in a process of its own. */
export interface WorkerProcess {
  /** Seconds of a core that it has had so far. */
  cpuSeconds(): number;
  /** Those of them that the stages of its pipeline took. */
  stageSeconds(): Promise<ReadonlyMap<string, number>>;
  /** What it holds of the memory now, MiB. */
  residentMib(): number;
  /** SIGTERM; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Resolves once it takes sessions. */
export async function startWorkerProcess(env: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'worker', '--json'], {
    env: { ...process.env, ...env, AEGIS_WORKER_METRICS_ENABLED: 'true', AEGIS_WORKER_METRICS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { metrics } = JSON.parse(String(line)) as { readonly metrics: string };
  return {
    cpuSeconds: () => cpuSeconds(child),
    async stageSeconds() {
      const text = await (await fetch(metrics)).text();
      const lines = text.matchAll(/^aegis_stage_cpu_seconds_total\{stage="(\w+)"\} (\S+)$/gm);
      return new Map([...lines].map(([, stage, seconds]) => [stage as string, Number(seconds)]));
    },
    residentMib: () => {
      const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      return Number(kib) / 1024;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** See proc_pid_stat(5): utime and stime are the 14th and 15th, counted from before the name in brackets. */
function cpuSeconds({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
