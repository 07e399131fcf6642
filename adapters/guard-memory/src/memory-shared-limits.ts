import { AegisError, type Clock } from '@aegis/model';
import type { SharedCharge, SharedLimits } from '@aegis/ports';

/** Keys that are held before those that are full again are looked for. */
const TIDY_AT = 100_000;

/** What guards of one process share: give all of them a view of one book. */
export class MemoryLimitBook {
  readonly #clock: Clock;
  readonly #full: Map<string, number> = new Map();
  #tidyAt = TIDY_AT;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  view(): SharedLimits {
    let isOpen = true;
    return {
      exchange: async (charges) => {
        if (!isOpen) throw new AegisError('shared_limits_unavailable', 'the shared limits are closed');
        return charges.map((charge) => this.#charge(charge));
      },
      close: async () => {
        isOpen = false;
      },
    };
  }

  #charge({ key, chargeMs }: SharedCharge): number {
    const now = this.#clock.monotonic();
    const full = Math.max(this.#full.get(key) ?? now, now) + chargeMs;
    if (full > now) this.#full.set(key, full);
    else this.#full.delete(key);
    if (this.#full.size >= this.#tidyAt) this.#tidy(now);
    return full - now;
  }

  #tidy(now: number): void {
    for (const [key, full] of this.#full) if (full <= now) this.#full.delete(key);
    this.#tidyAt = Math.max(TIDY_AT, this.#full.size * 2);
  }
}
