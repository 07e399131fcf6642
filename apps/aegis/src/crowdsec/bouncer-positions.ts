/** How many bouncers are remembered; the one that was away longest is forgotten, and reads everything again. */
const MOST_BOUNCERS = 10_000;

/**
 * How far each bouncer has read. A bouncer cannot say whether an answer reached it, so that what it was told last is
 * told again with the next answer: one lost answer loses nothing.
 */
export class BouncerPositions {
  readonly #told: Map<string, { readonly before: number | undefined; readonly last: number }> = new Map();

  /** After which position its next answer begins; undefined where it is everything in force. */
  beginningFor(bouncer: string): number | undefined {
    return this.#told.get(bouncer)?.before;
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
