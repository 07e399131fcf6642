import { Address, type Clock, Prefix } from '@aegis/model';

export interface FailureLimiterOptions {
  readonly clock: Clock;
  /** Failures allowed at once. */
  readonly burst: number;
  /** One more is allowed again each time this has passed, ms. */
  readonly refillMs: number;
  /** How many sources are remembered; above it the one that failed longest ago is forgotten. */
  readonly maxSources: number;
}

/**
 * Counts failed authentication per source in bounded memory (GCRA, ITU-T I.371). IPv6 sources count by their /64,
 * which is what one subscriber is given. It only slows failures down: a right key is never refused for the
 * wrong ones of others behind the same address.
 */
export class FailureLimiter {
  readonly #options: FailureLimiterOptions;
  /** By source, when its bucket will have run empty, monotonic ms. */
  readonly #emptyAt = new Map<string, number>();

  constructor(options: FailureLimiterOptions) {
    this.#options = options;
  }

  /** Counts one failure. Returns 0 where it is within bounds, else the ms to wait. */
  fail(address: Address): number {
    const { clock, burst, refillMs, maxSources } = this.#options;
    const source = sourceOf(address);
    const now = clock.monotonic();
    const emptyAt = Math.max(now, this.#emptyAt.get(source) ?? now);
    const waitMs = emptyAt - now - (burst - 1) * refillMs;
    this.#emptyAt.delete(source);
    // A refused failure is not counted: the source is let back in at the stated time whatever it does meanwhile.
    this.#emptyAt.set(source, waitMs > 0 ? emptyAt : emptyAt + refillMs);
    if (this.#emptyAt.size > maxSources) this.#forgetOldest();
    return Math.max(0, waitMs);
  }

  get size(): number {
    return this.#emptyAt.size;
  }

  #forgetOldest(): void {
    for (const source of this.#emptyAt.keys()) {
      this.#emptyAt.delete(source);
      return;
    }
  }
}

function sourceOf(address: Address): string {
  if (Address.family(address) === 4) return address;
  const network = Prefix.parse(`${address}/64`);
  return network.ok ? network.value : address;
}
