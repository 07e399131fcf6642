import type { GroupUsage } from '../limits/limit-group.ts';
import type { Limits } from '../limits/limits.ts';

/** What a plugin uses, as of the last look. */
export interface Usage {
  readonly memory: number;
  /** Percent of one core since the look before. */
  readonly cpu: number;
  readonly processes: number;
}

/** Looks over which the use of CPU time is taken together. */
const LOOKS = 10;
/** Of a cap that the kernel holds: it is reached, not passed, and not in every moment. */
const REACHED = 0.9;

interface Look {
  readonly cpuMs: number;
  /** Monotonic, ms. */
  readonly at: number;
}

/** Looks at one run of a plugin from time to time, and says what it does to its host. */
export class UsageWatch {
  readonly #limits: Limits;
  /** The latest ones, oldest first. */
  #looks: readonly Look[] = [];
  #last: Usage | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get last(): Usage | undefined {
    return this.#last;
  }

  /** At its cap of CPU time, and slowed down by it. */
  get isThrottled(): boolean {
    return (this.#last?.cpu ?? 0) >= this.#limits.cpu * REACHED;
  }

  /**
   * Why it is to be ended, in words; empty where it is not. `at`: monotonic, ms. CPU time counts once it `isReady`.
   */
  look({ memory, cpuMs, processes }: GroupUsage, at: number, isReady: boolean): string {
    const limits = this.#limits;
    const now: Look = { cpuMs, at };
    const before = this.#looks.at(-1);
    this.#last = { memory, processes, cpu: before === undefined ? 0 : shareBetween(before, now) };
    this.#looks = isReady ? [...this.#looks, now].slice(-LOOKS - 1) : [now];
    if (memory > limits.memory) return `memory: over its cap of ${limits.memory} bytes`;
    if (processes > limits.processes) return `processes: over its cap of ${limits.processes}`;
    const [first] = this.#looks;
    const isLong = this.#looks.length > LOOKS && first !== undefined;
    return isLong && shareBetween(first, now) >= limits.cpu * REACHED
      ? `cpu: at its cap of ${limits.cpu}% of a core for ${LOOKS} looks`
      : '';
  }
}

/** Percent of one core. */
function shareBetween(before: Look, now: Look): number {
  return now.at <= before.at ? 0 : Math.max(0, ((now.cpuMs - before.cpuMs) / (now.at - before.at)) * 100);
}
