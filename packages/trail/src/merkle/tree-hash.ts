import { hash } from 'node:crypto';
import { AegisError } from '@aegis/model';

export type TreeHashName = 'sha256' | 'sm3';

/** The hashes of RFC 6962, section 2.1: leaves and nodes are told apart by a first byte, so that none passes for the other. */
export interface TreeHash {
  readonly name: TreeHashName;
  /** H(0x00 || data) */
  leaf(data: Uint8Array): Buffer;
  /** H(0x01 || left || right). Throws AegisError `bad_hash` where one is not as long as a hash. */
  node(left: Uint8Array, right: Uint8Array): Buffer;
  /** H(), the root of a tree without leaves. */
  empty(): Buffer;
}

/** Bytes of a hash in either suite. */
export const HASH_BYTES = 32;

export function treeHash(name: TreeHashName): TreeHash {
  const pair = Buffer.alloc(1 + 2 * HASH_BYTES);
  pair[0] = 1;
  return Object.freeze({
    name,
    leaf: (data: Uint8Array) => hash(name, Buffer.concat([LEAF, data]), 'buffer'),
    node(left: Uint8Array, right: Uint8Array) {
      if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
        throw new AegisError(
          'bad_hash',
          `a hash has ${HASH_BYTES} bytes, not ${left.length} and ${right.length}`,
        );
      pair.set(left, 1);
      pair.set(right, 1 + HASH_BYTES);
      return hash(name, pair, 'buffer');
    },
    empty: () => hash(name, '', 'buffer'),
  });
}

const LEAF = Buffer.of(0);
