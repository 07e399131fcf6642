/**
 * Values by text, those of the least recent use forgotten first: two generations, of which the older one goes as
 * a whole when the younger one has half of what may be held. Every call takes constant time.
 */
export class RecentMap<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #weight = 0;

  /** `most`: the weights of what is held add up to no more than this. */
  constructor(most: number) {
    this.#half = most / 2;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** The key must be new. What is heavier than half of all is not held. */
  set(key: string, value: Value, weight: number): void {
    if (weight > this.#half) return;
    if (this.#weight + weight > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(key, value);
    this.#weight += weight;
  }
}
