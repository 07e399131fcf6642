import { AegisError, type Logger } from '@aegis/model';

/** Something that runs: a server, a worker, a store. */
export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  /** Finishes what it holds, then ends. Called once, also where `start` failed half way only of other parts. */
  stop(): Promise<void> | void;
}

/** Starts parts in order and stops them in reverse; a part that cannot stop in time is left behind, loudly. */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #stopTimeoutMs: number;
  readonly #running: Part[] = [];
  #stopping: Promise<void> | undefined;

  constructor(logger: Logger, stopTimeoutMs: number = 15_000) {
    this.#logger = logger;
    this.#stopTimeoutMs = stopTimeoutMs;
  }

  /** When one part fails to start, those before it are stopped again and the failure is thrown. */
  async start(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      try {
        await part.start();
      } catch (cause) {
        await this.stop();
        throw cause instanceof AegisError
          ? cause
          : new AegisError('start_failed', `${part.name} did not start: ${text(cause)}`, { cause });
      }
      this.#running.push(part);
    }
  }

  /** Safe to call again: later calls wait for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (let part = this.#running.pop(); part !== undefined; part = this.#running.pop()) {
      try {
        await within(this.#stopTimeoutMs, Promise.resolve(part.stop()));
      } catch (error) {
        this.#logger.error({ part: part.name, error: text(error) }, 'a part did not stop cleanly');
      }
    }
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`still busy after ${ms} ms`)), ms);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
