import type { Refusal } from '@aegis/mesh';
import { AegisError, type Logger, type Random } from '@aegis/model';
import type { ReceivedStep, ReceptionRefusal } from '../decisions/plan-received.ts';
import { backoffMs, pause } from '../pipeline/backoff.ts';

export interface StepIntakeOptions {
  /** Resolves once the steps are kept and in force. Throws AegisError: none of them is. */
  readonly take: (steps: readonly ReceivedStep[]) => Promise<readonly ReceptionRefusal[]>;
  readonly onRefused: (refusal: Refusal) => void;
  readonly random: Random;
  readonly logger: Logger;
}

/** Steps of one message of the bus; `done` is called once they are in force. */
interface Waiting {
  readonly steps: readonly ReceivedStep[];
  readonly done: () => void;
}

/** Steps that may wait; past it the bus waits too. */
const MOST_WAITING = 1_000;

/**
 * Takes steps in order, those that came while others were written together: a node that catches up writes a thousand
 * at a time, and one that is up to date each at once.
 */
export class StepIntake {
  readonly #options: StepIntakeOptions;
  readonly #stop = new AbortController();
  #waiting: Waiting[] = [];
  #steps = 0;
  #running: Promise<void> | undefined;

  constructor(options: StepIntakeOptions) {
    this.#options = options;
  }

  /** Resolves when there is room for more. */
  async add(steps: readonly ReceivedStep[], done: () => void): Promise<void> {
    this.#waiting.push({ steps, done });
    this.#steps += steps.length;
    this.#running ??= this.#run();
    if (this.#steps >= MOST_WAITING) await this.#running;
  }

  /** Takes what waits, unless the ledger is away. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    // What comes in the same turn belongs together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#steps = 0;
      if (!(await this.#take(batch.flatMap(({ steps }) => steps)))) break;
      for (const { done } of batch) done();
    }
    this.#running = undefined;
  }

  async #take(steps: readonly ReceivedStep[]): Promise<boolean> {
    const { take, onRefused, random, logger } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        if (steps.length > 0) for (const refusal of await take(steps)) onRefused(refusal);
        return true;
      } catch (error) {
        if (!(error instanceof AegisError)) throw error;
        logger.error({ error: error.message }, 'what the mesh told cannot be kept; it will be tried again');
        if (this.#stop.signal.aborted) return false;
        await pause(backoffMs(failures, random), this.#stop.signal);
      }
    }
  }
}
