import { readFileSync } from 'node:fs';

/** Of Linux, in every version: USER_HZ. */
const TICKS_PER_SECOND = 100;

/** Seconds of a core that a process has had so far, all its threads together. */
export function processCpuSeconds(pid: number): number {
  // See proc_pid_stat(5): utime and stime are the 14th and 15th, counted from before the name in brackets.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
