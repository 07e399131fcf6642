/** To a process, or to a group of them by its negative id; one that has ended needs none. */
export function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
