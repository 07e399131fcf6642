import type { GroupUsage } from '../limits/limit-groups.ts';
import type { Limits } from '../limits/limits.ts';

/** What a plugin uses, as of the last look. */
export interface Usage {
  readonly memory: number;
  /** Percent of one core since the look before. */
  readonly cpu: number;
  readonly processes: number;
}

/** Times running that a plugin may be over its CPU cap. */
const MOST_BUSY = 10;
/** A cap of CPU time that the kernel holds is reached, not passed. */
const REACHED = 0.95;

/** Looks at one run of a plugin from time to time, and says what it does to its host. */
export class UsageWatch {
  readonly #limits: Limits;
  #before: { readonly cpuMs: number; readonly at: number } | undefined;
  #busy = 0;
  #last: Usage | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get last(): Usage | undefined {
    return this.#last;
  }

  /** At its cap of CPU time, and slowed down by it. */
  get isThrottled(): boolean {
    return this.#busy > 0;
  }

  /** Why it is to be ended, in words; empty where it is not. `at`: monotonic, ms. */
  look({ memory, cpuMs, processes }: GroupUsage, at: number): string {
    const { limits, cpu } = { limits: this.#limits, cpu: this.#cpuSince(cpuMs, at) };
    this.#last = { memory, cpu, processes };
    if (cpu >= limits.cpu * REACHED) this.#busy++;
    else this.#busy = 0;
    if (memory > limits.memory) return `memory: over its cap of ${limits.memory} bytes`;
    if (processes > limits.processes) return `processes: over its cap of ${limits.processes}`;
    return this.#busy >= MOST_BUSY
      ? `cpu: at its cap of ${limits.cpu}% of a core ${MOST_BUSY} times running`
      : '';
  }

  #cpuSince(cpuMs: number, at: number): number {
    const before = this.#before;
    this.#before = { cpuMs, at };
    if (before === undefined || at <= before.at) return 0;
    return Math.max(0, ((cpuMs - before.cpuMs) / (at - before.at)) * 100);
  }
}
