/** Leaves `begin` to `end` - 1. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** The root of the complete subtree over the leaves from `index` * 2^`level`, 2^`level` of them. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/**
 * The complete subtrees that a span of the tree consists of, the largest first. Its hash is theirs, folded from
 * the right: see {@link foldNodes}.
 */
export function spanNodes({ begin, end }: Span): readonly NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = begin; at < end; ) {
    let level = 0;
    let width = 1;
    while (width * 2 <= end - at) {
      width *= 2;
      level++;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** The largest power of two below `n`, which is at least 2: where RFC 6962 splits n leaves. */
export function splitPoint(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The hash of a span from those of its {@link spanNodes}. */
export function foldNodes(
  hashes: readonly Uint8Array[],
  node: (left: Uint8Array, right: Uint8Array) => Uint8Array,
): Uint8Array {
  return hashes.reduceRight((right, left) => node(left, right));
}
