import type { DataSection } from './data-section.ts';
import { type Metadata, SEPARATOR_BYTES } from './metadata.ts';
import type { SearchTree } from './search-tree.ts';
import { ValueCheck } from './value-check.ts';

/** Nodes that are looked at between two turns. */
const NODES_A_TURN = 4096;
const UNDER_WAY = 255;

/**
 * Walks the whole tree and everything its records lead to, each once: a broken database is found out before it
 * answers anybody. Yields between small turns, and returns what is wrong in words, or undefined.
 *
 * Time and memory are linear in the file: a byte for each node and for each byte of data.
 */
export function* verify(
  tree: SearchTree,
  section: DataSection,
  { nodeCount, ipVersion }: Metadata,
): Generator<undefined, string | undefined> {
  const bits = ipVersion === 6 ? 128 : 32;
  const states = new Uint8Array(nodeCount);
  const values = new ValueCheck(section);
  // The path from the root, and on which side of each node it goes on.
  const path = new Uint32Array(bits + 1);
  const sides = new Uint8Array(bits + 1);
  let depth = 0;
  states[0] = UNDER_WAY;
  for (let steps = 1; depth >= 0; steps++) {
    if (steps % NODES_A_TURN === 0) yield;
    const node = path[depth] as number;
    const side = sides[depth] as number;
    if (side === 2) {
      states[node] = 1;
      depth--;
      continue;
    }
    sides[depth] = side + 1;
    const record = tree.record(node, side);
    if (record < nodeCount) {
      const state = states[record] as number;
      if (state === UNDER_WAY) return `has a search tree that leads back to its node ${record}`;
      if (state !== 0) continue;
      if (depth + 1 >= bits)
        return `has a search tree that is deeper than an address has bits, at node ${node}`;
      depth++;
      path[depth] = record;
      sides[depth] = 0;
      states[record] = UNDER_WAY;
    } else if (record > nodeCount) {
      const offset = record - nodeCount - SEPARATOR_BYTES;
      if (offset < 0 || offset >= section.length)
        return `has a search tree that leads out of its data, at node ${node}`;
      const trouble = values.check(offset);
      if (trouble !== undefined) return `has ${trouble}, in the record at offset ${offset} of its data`;
      if (values.heavy) yield;
    }
  }
  return undefined;
}
