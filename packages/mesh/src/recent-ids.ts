/**
 * Ids of the last messages, between one and two times `most`: two generations, of which the older one goes when the
 * newer one is full. Memory is bounded whatever comes.
 */
export class RecentIds {
  readonly #most: number;
  #newer = new Set<string>();
  #older: ReadonlySet<string> = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** False where it was there already. */
  add(id: string): boolean {
    if (this.#newer.has(id) || this.#older.has(id)) return false;
    if (this.#newer.size >= this.#most) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(id);
    return true;
  }
}
