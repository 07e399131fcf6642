import type { Delivery } from '@aegis/ports';

/** Messages remembered; where there are more, deliveries are counted as the stream has them. */
const MOST = 100_000;

/**
 * How often a message was tried. The stream counts deliveries: to processes that died with it, which may be its
 * doing, but also whenever the stream itself was away and its answer was lost, or its acknowledgement. Those that one
 * process sees count only as often as they failed in it.
 */
export class Tries {
  readonly #tries = new Map<string, number>();

  /** This one included. */
  of({ id, attempt }: Delivery): number {
    const known = this.#tries.get(id);
    if (known !== undefined) return known;
    if (this.#tries.size >= MOST) this.#tries.clear();
    this.#tries.set(id, attempt);
    return attempt;
  }

  /** The next one is another. */
  failed(delivery: Delivery): void {
    this.#tries.set(delivery.id, this.of(delivery) + 1);
  }

  finished(ids: readonly string[]): void {
    for (const id of ids) this.#tries.delete(id);
  }
}
