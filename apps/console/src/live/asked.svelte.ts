import { untrack } from 'svelte';
import type { ApiProblem } from '../api/api-problem.ts';

/** What was asked of the node: its newest answer, or what is wrong. */
export class Asked<T> {
  /** The newest answer; it stays while it is asked for again, and when that fails. */
  value: T | undefined = $state.raw(undefined);
  problem: ApiProblem | Error | undefined = $state.raw(undefined);
  isAsking: boolean = $state(false);
  readonly #ask: () => Promise<T>;
  #turn = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks now; an answer that comes after a newer question is forgotten. */
  async again(): Promise<void> {
    const turn = ++this.#turn;
    this.isAsking = true;
    try {
      const value = await this.#ask();
      if (turn !== this.#turn) return;
      this.value = value;
      this.problem = undefined;
    } catch (fault) {
      if (turn === this.#turn) this.problem = fault instanceof Error ? fault : new Error(String(fault));
    } finally {
      if (turn === this.#turn) this.isAsking = false;
    }
  }
}

/**
 * Asks at once, whenever something that `ask` reads changes, and every `everyMs` after while the page can be seen. For
 * use while a component is made.
 */
export function asked<T>(ask: () => Promise<T>, everyMs?: number): Asked<T> {
  const question = new Asked(ask);
  $effect(() => {
    // What the question reads until its first wait is what it depends on; what it writes is not.
    void question.again();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden && !untrack(() => question.isAsking)) void question.again();
    }, everyMs);
    return () => clearInterval(timer);
  });
  return question;
}
