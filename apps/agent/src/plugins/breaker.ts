/** When a plugin is tried again, and when it is left alone for a while. */
export interface BreakerRules {
  /** Failures in a row after which it is left alone. */
  readonly mostFailures: number;
  /** Between two tries of one that fails, ms: doubled each time, from the first to the most. */
  readonly firstDelayMs: number;
  readonly mostDelayMs: number;
  /** Left alone for this long, ms: doubled each time it fails its trial. */
  readonly openMs: number;
  readonly mostOpenMs: number;
}

export const BREAKER_RULES: BreakerRules = Object.freeze({
  mostFailures: 5,
  firstDelayMs: 1_000,
  mostDelayMs: 60_000,
  openMs: 300_000,
  mostOpenMs: 86_400_000,
});

export type BreakerPhase = 'closed' | 'open' | 'half_open';

/** Survives the agent: a plugin that takes the agent down with it must be found out all the same. */
export interface BreakerMemory {
  /** In a row. */
  readonly failures: number;
  /** Times in a row that it was left alone. */
  readonly opens: number;
}

/**
 * The circuit breaker of one plugin. Closed: it is started again after each failure, later each time. Open: it is left
 * alone. Half open: one trial at half its limits, then closed again or open for longer. It holds no time: it only says
 * how long to wait.
 */
export class Breaker {
  readonly #rules: BreakerRules;
  /** From 0 to 1: hosts wait differently, so that a fleet does not start in step. */
  readonly #share: number;
  #failures: number;
  #opens: number;
  #phase: BreakerPhase;

  constructor(rules: BreakerRules, share: number, memory: BreakerMemory = { failures: 0, opens: 0 }) {
    this.#rules = rules;
    this.#share = share;
    this.#failures = memory.failures;
    this.#opens = memory.opens;
    this.#phase = memory.failures >= rules.mostFailures ? 'open' : 'closed';
  }

  get phase(): BreakerPhase {
    return this.#phase;
  }

  get memory(): BreakerMemory {
    return { failures: this.#failures, opens: this.#opens };
  }

  /** What to wait before a start, ms; 0 where nothing has failed. */
  get waitMs(): number {
    const { firstDelayMs, mostDelayMs, openMs, mostOpenMs } = this.#rules;
    if (this.#phase === 'open') return Math.min(mostOpenMs, openMs * 2 ** Math.max(0, this.#opens - 1));
    if (this.#failures === 0) return 0;
    return Math.min(mostDelayMs, firstDelayMs * 2 ** (this.#failures - 1)) * (0.5 + this.#share / 2);
  }

  /** It is about to be started; whether at half its limits. Counted as failed until it has proven itself. */
  begin(): boolean {
    if (this.#phase === 'open') this.#phase = 'half_open';
    this.#failures++;
    return this.#phase === 'half_open';
  }

  /** It has done harm, or failed too often. */
  failed(harm: boolean): void {
    if (!harm && this.#phase === 'closed' && this.#failures < this.#rules.mostFailures) return;
    this.#phase = 'open';
    this.#failures = Math.max(this.#failures, this.#rules.mostFailures);
    this.#opens++;
  }

  /** It was ended for reasons that are not its own. */
  excused(): void {
    this.#failures = Math.max(0, this.#failures - 1);
    if (this.#phase === 'half_open') this.#phase = 'open';
  }

  proven(): void {
    this.#phase = 'closed';
    this.#failures = 0;
    this.#opens = 0;
  }
}
