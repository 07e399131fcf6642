import { foldNodes, type NodeId, spanNodes } from './span.ts';
import type { TreeHash } from './tree-hash.ts';

/** A node that has become complete. */
export interface TreeNode extends NodeId {
  readonly hash: Uint8Array;
}

/** The right edge of a tree: all that appending and the root need, one hash for each binary digit of the size. */
export class Frontier {
  readonly #hash: TreeHash;
  /** Of the complete subtrees of the tree, the largest first. */
  readonly #edge: Uint8Array[];
  #size: number;

  /** `edge`: the hashes of `spanNodes({ begin: 0, end: size })`. */
  constructor(hash: TreeHash, size: number = 0, edge: readonly Uint8Array[] = []) {
    this.#hash = hash;
    this.#size = size;
    this.#edge = [...edge];
  }

  get size(): number {
    return this.#size;
  }

  /** A frontier of its own, to be thrown away where an append fails. */
  copy(): Frontier {
    return new Frontier(this.#hash, this.#size, this.#edge);
  }

  /** Appends a leaf by its hash; the nodes that this completes go to `complete`, the leaf itself first. */
  append(leaf: Uint8Array, complete: (node: TreeNode) => void): void {
    let hash = leaf;
    let index = this.#size;
    let level = 0;
    complete({ level, index, hash });
    while (index % 2 === 1) {
      hash = this.#hash.node(this.#edge.pop() as Uint8Array, hash);
      index = (index - 1) / 2;
      level++;
      complete({ level, index, hash });
    }
    this.#edge.push(hash);
    this.#size++;
  }

  root(): Uint8Array {
    return this.#size === 0 ? this.#hash.empty() : foldNodes(this.#edge, this.#hash.node);
  }
}

/** The nodes that a frontier is opened again from. */
export function frontierNodes(size: number): readonly NodeId[] {
  return spanNodes({ begin: 0, end: size });
}
