import type { Address, Clock } from '@aegis/model';

export interface KeySightingsOptions {
  readonly clock: Clock;
  /** A key that comes again from the same address within this time of its last use is not new, ms. */
  readonly idleMs: number;
  /** How many pairs are remembered; above it the one that was seen longest ago is forgotten. */
  readonly most: number;
}

/**
 * Which keys come from where: there are no sessions to sign in to, so that the first use of a key from an address
 * is what a sign-in is elsewhere.
 */
export class KeySightings {
  readonly #options: KeySightingsOptions;
  /** By key and address, when it was used last, monotonic ms; the latest at the end. */
  readonly #seenAt = new Map<string, { at: number }>();
  /** The pair at the end of these: requests of one caller mostly follow one another. */
  #latest = { keyId: '', from: '', seen: { at: 0 } };

  constructor(options: KeySightingsOptions) {
    this.#options = options;
  }

  /** Notes a use; whether it is the first one in a while. */
  isNew(keyId: string, from: Address): boolean {
    const { clock, idleMs, most } = this.#options;
    const now = clock.monotonic();
    const { seen } = this.#latest;
    if (this.#latest.keyId === keyId && this.#latest.from === from) {
      const isNew = now - seen.at > idleMs;
      seen.at = now;
      return isNew;
    }
    const pair = `${keyId} ${from}`;
    const before = this.#seenAt.get(pair)?.at;
    this.#latest = { keyId, from, seen: { at: now } };
    this.#seenAt.delete(pair);
    this.#seenAt.set(pair, this.#latest.seen);
    if (this.#seenAt.size > most) {
      const [oldest] = this.#seenAt.keys();
      if (oldest !== undefined) this.#seenAt.delete(oldest);
    }
    return before === undefined || now - before > idleMs;
  }

  get size(): number {
    return this.#seenAt.size;
  }
}
