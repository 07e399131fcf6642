import { readFileSync } from 'node:fs';

/** What a process and all its descendants use, as `/proc` tells (proc(5)). */
export interface TreeUsage {
  /** Resident, bytes. */
  readonly memory: number;
  /** CPU time that those alive have used so far, ms. */
  readonly cpuMs: number;
  readonly processes: number;
}

const PAGE = 4_096;
/** USER_HZ: 100 on every architecture that Node runs on. */
const TICK_MS = 10;
/** Processes looked at; whoever has more is over any limit. */
const MOST = 4_096;
/** Fields of `/proc/PID/stat` after the name in parentheses, from 0: utime, stime, rss. */
const UTIME = 11;
const STIME = 12;
const RSS = 21;

export function treeUsage(root: number): TreeUsage {
  let memory = 0;
  let cpuMs = 0;
  const pids = treeOf(root);
  for (const pid of pids) {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    memory += Number(fields[RSS] ?? 0) * PAGE;
    cpuMs += (Number(fields[UTIME] ?? 0) + Number(fields[STIME] ?? 0)) * TICK_MS;
  }
  return { memory, cpuMs, processes: pids.length };
}

/** A process and its descendants, parents first; none where it is gone. */
export function treeOf(root: number): readonly number[] {
  const pids: number[] = [root];
  for (let next = 0; next < pids.length && pids.length < MOST; next++) {
    const pid = pids[next] as number;
    for (const child of read(`/proc/${pid}/task/${pid}/children`).split(' '))
      if (child !== '') pids.push(Number(child));
  }
  return pids;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
