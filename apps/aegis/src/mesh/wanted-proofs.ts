/** Sizes that one node may ask about at once. */
const MOST_EACH = 32;
/** Nodes that may ask at once; a further one asks again. */
const MOST_NODES = 10_000;

/** Of what sizes others want a proof; who asks for many does not keep the rest waiting. */
export class WantedProofs {
  readonly #byNode = new Map<string, readonly number[]>();

  /** In place of what this node asked for before. */
  add(node: string, sizes: readonly number[]): void {
    if (this.#byNode.size < MOST_NODES || this.#byNode.has(node))
      this.#byNode.set(node, sizes.slice(0, MOST_EACH));
  }

  /** At most so many distinct ones, in turn of each node; they need not be asked for again. */
  take(most: number): readonly number[] {
    const taken = new Set<number>();
    for (let nth = 0; nth < MOST_EACH && taken.size < most; nth++) {
      for (const sizes of this.#byNode.values()) {
        const size = sizes[nth];
        if (size !== undefined && taken.size < most) taken.add(size);
      }
    }
    this.#byNode.clear();
    return [...taken];
  }
}
