import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LimitGroup, LimitGroups } from './limit-group.ts';
import type { Limits } from './limits.ts';
import { signal } from './signal.ts';

const ROOT = '/sys/fs/cgroup';
const PERIOD_US = 100_000;
const KILL_ROUNDS = 20;

/** Where the files of one kind of control group lie, and what they are called. */
interface Layout {
  readonly kind: 'v1' | 'v2';
  /** Folders that a group is made of. */
  folders(name: string): readonly string[];
  limit(name: string, limits: Limits): void;
  limitCpu(name: string, percent: number): void;
  usage(name: string): { readonly memory: number; readonly cpuMs: number; readonly processes: number };
  /** Times that the kernel killed for memory, and refused to fork. */
  events(name: string): { readonly killed: number; readonly refusedForks: number };
}

/** Control Group v2 (Linux admin guide, cgroup-v2): one folder has it all. */
const V2: Layout = {
  kind: 'v2',
  folders: (name) => [join(ROOT, name)],
  limit(name, { memory, cpu, processes }) {
    write(join(ROOT, name, 'memory.max'), memory);
    attempt(() => write(join(ROOT, name, 'memory.swap.max'), 0));
    write(join(ROOT, name, 'pids.max'), processes);
    V2.limitCpu(name, cpu);
  },
  limitCpu: (name, percent) => write(join(ROOT, name, 'cpu.max'), `${quota(percent)} ${PERIOD_US}`),
  usage: (name) => ({
    memory: number(join(ROOT, name, 'memory.current')),
    cpuMs: fieldOf(join(ROOT, name, 'cpu.stat'), 'usage_usec') / 1_000,
    processes: number(join(ROOT, name, 'pids.current')),
  }),
  events: (name) => ({
    killed: fieldOf(join(ROOT, name, 'memory.events'), 'oom_kill'),
    refusedForks: fieldOf(join(ROOT, name, 'pids.events'), 'max'),
  }),
};

/** Control groups v1: a folder in each hierarchy (Linux admin guide, cgroup-v1). */
const V1: Layout = {
  kind: 'v1',
  folders: (name) => ['memory', 'pids', 'cpu', 'cpuacct'].map((controller) => join(ROOT, controller, name)),
  limit(name, { memory, cpu, processes }) {
    write(join(ROOT, 'memory', name, 'memory.limit_in_bytes'), memory);
    attempt(() => write(join(ROOT, 'memory', name, 'memory.memsw.limit_in_bytes'), memory));
    write(join(ROOT, 'pids', name, 'pids.max'), processes);
    write(join(ROOT, 'cpu', name, 'cpu.cfs_period_us'), PERIOD_US);
    V1.limitCpu(name, cpu);
  },
  limitCpu: (name, percent) => write(join(ROOT, 'cpu', name, 'cpu.cfs_quota_us'), quota(percent)),
  usage: (name) => ({
    memory: number(join(ROOT, 'memory', name, 'memory.usage_in_bytes')),
    cpuMs: number(join(ROOT, 'cpuacct', name, 'cpuacct.usage')) / 1_000_000,
    processes: number(join(ROOT, 'pids', name, 'pids.current')),
  }),
  events: (name) => ({
    killed: fieldOf(join(ROOT, 'memory', name, 'memory.oom_control'), 'oom_kill'),
    refusedForks: fieldOf(join(ROOT, 'pids', name, 'pids.events'), 'max'),
  }),
};

/** Undefined where this machine has none of this kind, or lets this process make none. */
export function cgroupsOf(kind: 'v1' | 'v2', name: string): LimitGroups | undefined {
  const layout = kind === 'v1' ? V1 : V2;
  // The kernel's own files: where it has put none, we would only write files of no meaning.
  if (!existsSync(join(ROOT, kind === 'v1' ? 'memory/cgroup.procs' : 'cgroup.controllers'))) return undefined;
  const base = `aegis-agent-${name}`;
  try {
    if (kind === 'v2') write(join(ROOT, 'cgroup.subtree_control'), '+memory +pids +cpu');
    make(layout, base);
    if (kind === 'v2') write(join(ROOT, base, 'cgroup.subtree_control'), '+memory +pids +cpu');
    const probe = `${base}/probe`;
    make(layout, probe);
    layout.limit(probe, { memory: 64 * 1_048_576, cpu: 5, processes: 8, files: 8 });
    drop(layout, probe);
  } catch {
    drop(layout, base);
    return undefined;
  }
  return {
    kind,
    open(plugin, limits) {
      const group = `${base}/${plugin}`;
      make(layout, group);
      const opened = groupOf(layout, group);
      // What an agent that was killed has left behind.
      opened.killAll(0);
      layout.limit(group, limits);
      return opened;
    },
    close: () => drop(layout, base),
  };
}

function groupOf(layout: Layout, name: string): LimitGroup {
  const processFiles = layout.folders(name).map((folder) => join(folder, 'cgroup.procs'));
  let before = layout.events(name);
  return {
    join: processFiles,
    usage: () => layout.usage(name),
    limitCpu: (percent) => attempt(() => layout.limitCpu(name, percent)),
    intervened() {
      const now = layout.events(name);
      const isMemory = now.killed > before.killed;
      const isForks = now.refusedForks > before.refusedForks;
      before = now;
      if (isMemory) return 'memory';
      return isForks ? 'processes' : '';
    },
    killAll() {
      // Again until none is left: one that was just started may not have been in the list.
      for (let round = 0; round < KILL_ROUNDS; round++) {
        const pids = new Set(processFiles.flatMap(pidsIn));
        if (pids.size === 0) return;
        for (const pid of pids) signal(pid, 'SIGKILL');
      }
    },
    remove: () => drop(layout, name),
  };
}

function make(layout: Layout, name: string): void {
  for (const folder of layout.folders(name)) mkdirSync(folder, { recursive: true });
}

/** Each folder by itself, those within it first: a busy one does not keep the others. */
function drop(layout: Layout, name: string): void {
  for (const folder of layout.folders(name)) {
    for (const inner of foldersIn(folder)) attempt(() => rmdirSync(join(folder, inner)));
    attempt(() => rmdirSync(folder));
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
}

function quota(cpu: number): number {
  return Math.max(1_000, Math.round((PERIOD_US * cpu) / 100));
}

function write(path: string, value: string | number): void {
  writeFileSync(path, String(value));
}

function number(path: string): number {
  return Number(read(path)) || 0;
}

/** Of a file with a name and a number a line. */
function fieldOf(path: string, name: string): number {
  const line = read(path)
    .split('\n')
    .find((each) => each.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1)) || 0;
}

function pidsIn(path: string): readonly number[] {
  return read(path)
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [Number(line)]));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // A busy group goes with the machine; a limit that this kernel has not is not set.
  }
}
