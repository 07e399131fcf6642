import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type PluginDefinition, runPlugin } from '@aegis/agent-plugin';
import { z } from 'zod';
import { LISTENING, parseProcSockets } from './proc-sockets.ts';
import { durationBetween } from './settings.ts';

interface ProcessesSettings {
  readonly every: number;
}

/** Kinds of processes told at most, and listening sockets. */
const MOST = 200;
const MOST_PROCESSES = 10_000;
const LONGEST_NAME = 120;

/** Tells which programs run and which ports are listened on, when that is something else than before. */
export const processes: PluginDefinition<ProcessesSettings> = {
  settings: z.strictObject({ every: durationBetween('1m', '1s', '1d') }),
  async run({ settings, state, signal, ready, find, keep, pause }) {
    let told = state;
    ready();
    while (!signal.aborted) {
      const data = inventory();
      const digest = createHash('sha256').update(JSON.stringify(data)).digest('hex');
      if (digest !== told) {
        find({ kind: 'report', at: Date.now(), about: 'processes', data });
        keep(digest);
        told = digest;
      }
      await pause(settings.every);
    }
  },
};

export function runProcesses(): Promise<void> {
  return runPlugin(processes);
}

/** Sorted, so that the same is the same. */
function inventory(): Readonly<Record<string, unknown>> {
  const programs = new Set<string>();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  for (const pid of pids.slice(0, MOST_PROCESSES)) {
    const name = programOf(pid);
    if (name !== '') programs.add(name.slice(0, LONGEST_NAME));
  }
  const listening = new Set(
    ['tcp', 'tcp6'].flatMap((table) =>
      parseProcSockets(textOf(`/proc/net/${table}`))
        .filter(({ state }) => state === LISTENING)
        .map(({ localAddress, localPort }) => `${localAddress} ${localPort}`),
    ),
  );
  return {
    programs: [...programs].sort().slice(0, MOST),
    listening: [...listening].sort().slice(0, MOST),
    more: Math.max(0, programs.size - MOST) + Math.max(0, listening.size - MOST),
  };
}

/** Its file; its name where that may not be read; nothing for threads of the kernel. */
function programOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return textOf(`/proc/${pid}/cmdline`).split('\0', 1)[0] ?? '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
