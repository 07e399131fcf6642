import type { Timestamp } from '@aegis/model';
import type { DecisionFilter } from './decision-filter.ts';
import type { DecisionLog, Delta } from './decision-log.ts';

/** How many bouncers are remembered; the one that was away longest is forgotten, and reads everything again. */
const MOST_BOUNCERS = 10_000;

/**
 * How far each bouncer has read. A bouncer cannot say whether an answer reached it, so that what it was told last is
 * told again with the next answer: one lost answer loses nothing.
 */
export class BouncerPositions {
  readonly #told: Map<string, { readonly before: number | undefined; readonly last: number }> = new Map();

  /**
   * What it is told next: what changed since the answer before the last. Where that is not known, everything in
   * force, and with it what went since the last answer.
   */
  nextFor(bouncer: string, log: DecisionLog, wanted: DecisionFilter, now: Timestamp): Delta {
    const { before, last } = this.#told.get(bouncer) ?? {};
    const changed = before === undefined ? undefined : log.since(before, wanted, now);
    if (changed !== undefined) return changed;
    const gone = last === undefined ? undefined : log.since(last, wanted, now)?.gone;
    return { ...log.everything(wanted, now), gone: gone ?? [] };
  }

  /** It was told everything up to `position`; `anew` where it had asked for everything as one that knows nothing. */
  told(bouncer: string, position: number, anew: boolean): void {
    const before = anew ? undefined : this.#told.get(bouncer)?.last;
    this.#told.delete(bouncer);
    this.#told.set(bouncer, { before, last: position });
    if (this.#told.size <= MOST_BOUNCERS) return;
    const [oldest] = this.#told.keys();
    if (oldest !== undefined) this.#told.delete(oldest);
  }
}
