import type { SessionInput } from '@aegis/model';

export interface OutboxBounds {
  /** Sessions that wait at most. */
  readonly sessions: number;
  /** UTF-16 units of JSON that wait at most. */
  readonly units: number;
}

interface Waiting {
  readonly session: SessionInput;
  readonly units: number;
}

/** Finished sessions on their way out, in order. Above its bounds the oldest are dropped. */
export class SessionOutbox {
  readonly #bounds: OutboxBounds;
  #waiting: readonly Waiting[] = [];
  #delivery: Promise<void> | undefined;

  constructor(bounds: OutboxBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Returns how many were dropped. */
  add(sessions: readonly SessionInput[]): number {
    if (sessions.length === 0) return 0;
    const added = sessions.map((session) => ({ session, units: JSON.stringify(session).length }));
    return this.#keep([...this.#waiting, ...added]);
  }

  /**
   * Offers what waits, a batch at a time, and joins a delivery that is under way. Rejects as `emit` does; what it
   * refused waits on.
   */
  deliver(emit: (sessions: readonly SessionInput[]) => Promise<void>, batch: number): Promise<void> {
    this.#delivery ??= this.#deliver(emit, batch).finally(() => {
      this.#delivery = undefined;
    });
    return this.#delivery;
  }

  async #deliver(emit: (sessions: readonly SessionInput[]) => Promise<void>, batch: number): Promise<void> {
    while (this.#waiting.length > 0) {
      const offered = this.#waiting.slice(0, batch);
      this.#waiting = this.#waiting.slice(batch);
      try {
        await emit(offered.map(({ session }) => session));
      } catch (error) {
        this.#keep([...offered, ...this.#waiting]);
        throw error;
      }
    }
  }

  /** Keeps the newest of these that fit. */
  #keep(all: readonly Waiting[]): number {
    let first = all.length;
    let units = 0;
    while (first > 0 && all.length - first < this.#bounds.sessions) {
      units += all[first - 1]?.units ?? 0;
      if (units > this.#bounds.units) break;
      first--;
    }
    this.#waiting = all.slice(first);
    return first;
  }
}
