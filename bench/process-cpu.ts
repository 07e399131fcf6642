import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of Linux, in every version: USER_HZ. */
const TICKS_PER_SECOND = 100;

/** Seconds of a core that a process has had so far, all its threads together. */
export function processCpuSeconds(pid: number): number {
  // See proc_pid_stat(5): utime and stime are the 14th and 15th, counted from before the name in brackets.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Less of a core than this is rest. */
const REST = 0.1;
const LOOK_MS = 500;

/**
 * Resolves when a process does next to nothing: what it still had to do in the background after it was given its work
 * is not what is measured. Throws after a minute and a half.
 */
export async function processAtRest(pid: number): Promise<void> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const before = processCpuSeconds(pid);
    const looked = performance.now();
    await sleep(LOOK_MS);
    const share = (processCpuSeconds(pid) - before) / ((performance.now() - looked) / 1_000);
    if (share < REST) return;
    if (performance.now() > deadline) throw new Error(`process ${pid} does not come to rest`);
  }
}
