export interface Rate {
  /** Operations a second in the median round. */
  readonly value: number;
  readonly best: number;
}

/**
 * Times `pass`, which does `operations`, once to warm up and then `rounds` times. The time is what this thread
 * had of a core: on a machine that others use too, the time that they took does not count, though what they do
 * to caches and clock does.
 */
export function rate(operations: number, rounds: number, pass: () => number): Rate {
  keep(pass());
  const seconds = Array.from({ length: rounds }, () => {
    const start = coreSeconds();
    keep(pass());
    return coreSeconds() - start;
  }).sort((a, b) => a - b);
  const at = (index: number): number => operations / (seconds[index] as number);
  return { value: Math.round(at(rounds >> 1)), best: Math.round(at(0)) };
}

/** What this thread has had of a core so far. */
export function coreSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

let kept = 0;

/** Uses a result, so that no compiler leaves the work out. */
function keep(value: number): void {
  kept = (kept + value) % 1_000_003;
}
