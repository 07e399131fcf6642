/** Operations a second. */
export interface Rate {
  /** By the clock, in the best of the rounds: what the machine gives when others leave it alone. */
  readonly value: number;
  /** By the clock, in the middle one. */
  readonly median: number;
  /** A second of one core, over all rounds: what others took of the core does not count, only of its caches. */
  readonly perCoreSecond: number;
}

/** Times `pass`, which does `operations`, `rounds` times after three to warm up. */
export function rate(operations: number, rounds: number, pass: () => number): Rate {
  for (let i = 0; i < 3; i++) keep(pass());
  return rateOf(
    operations,
    Array.from({ length: rounds }, () => timed(() => keep(pass()))),
  );
}

/** Seconds by the clock and of this thread's core. */
export interface Spent {
  readonly wall: number;
  readonly core: number;
}

export function timed(work: () => void): Spent {
  const [wall, core] = [performance.now(), coreSeconds()];
  work();
  return { wall: (performance.now() - wall) / 1000, core: coreSeconds() - core };
}

/** Of rounds of so many operations each. */
export function rateOf(operations: number, rounds: readonly Spent[]): Rate {
  const walls = rounds.map(({ wall }) => wall).sort((a, b) => a - b);
  const core = rounds.reduce((sum, each) => sum + each.core, 0);
  return {
    value: Math.round(operations / (walls[0] as number)),
    median: Math.round(operations / (walls[rounds.length >> 1] as number)),
    perCoreSecond: Math.round((operations * rounds.length) / core),
  };
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
