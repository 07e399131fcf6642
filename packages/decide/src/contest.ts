import type { Action, Timestamp } from '@aegis/model';
import type { ActiveStrategy } from './active-policy.ts';
import { gravityOf } from './arbitration.ts';

/**
 * The best of the decisions that were offered since `open`, by the order of `compareScored`, without an object for
 * each: a decision is a number of the caller's. To be used again and again.
 */
export class Contest {
  readonly #idOf: (decision: number) => string;
  /** Of the best decision; undefined while none was offered, and then the others mean nothing. */
  strategy: ActiveStrategy | undefined;
  decision = 0;
  score = 0;
  #action: Action = 'allow';
  #expires: Timestamp = 0;

  /** `idOf` is asked where nothing else breaks a tie. */
  constructor(idOf: (decision: number) => string) {
    this.#idOf = idOf;
  }

  open(): void {
    this.strategy = undefined;
  }

  offer(strategy: ActiveStrategy, decision: number, score: number, action: Action, expires: Timestamp): void {
    if (this.strategy !== undefined && !this.#yieldsTo(decision, score, action, expires)) return;
    this.strategy = strategy;
    this.decision = decision;
    this.score = score;
    this.#action = action;
    this.#expires = expires;
  }

  /** Whether the best decision here would be the best there. */
  outranks(other: Contest): boolean {
    if (this.strategy === undefined) return false;
    return (
      other.strategy === undefined || other.#yieldsTo(this.decision, this.score, this.#action, this.#expires)
    );
  }

  #yieldsTo(decision: number, score: number, action: Action, expires: Timestamp): boolean {
    if (score !== this.score) return score > this.score;
    if (action !== this.#action) return gravityOf(action) > gravityOf(this.#action);
    if (expires !== this.#expires) return expires > this.#expires;
    return this.#idOf(decision) < this.#idOf(this.decision);
  }
}
