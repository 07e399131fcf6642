/** Two generations of this many ids. */
const GENERATION = 512;

export type RecentIdsState = readonly [older: readonly string[], newer: readonly string[]];

/** Remembers the last 512 to 1024 ids. */
export class RecentIds {
  #older: ReadonlySet<string>;
  #newer: Set<string>;

  constructor([older, newer]: RecentIdsState = [[], []]) {
    this.#older = new Set(older);
    this.#newer = new Set(newer);
  }

  has(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id);
  }

  add(id: string): void {
    this.#newer.add(id);
    if (this.#newer.size < GENERATION) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  state(): RecentIdsState {
    return [[...this.#older], [...this.#newer]];
  }
}
