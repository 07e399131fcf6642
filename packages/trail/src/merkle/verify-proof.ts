import { HASH_BYTES, type TreeHash } from './tree-hash.ts';

/** What an inclusion proof says. */
export interface Inclusion {
  readonly index: number;
  readonly size: number;
  /** Of the entry. */
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether the leaf is in the tree with this root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(hash: TreeHash, { index, size, leaf, proof, root }: Inclusion): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (![leaf, ...proof].every(isHash)) return false;
  let at = index;
  let last = size - 1;
  let computed: Uint8Array = leaf;
  for (const step of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      computed = hash.node(step, computed);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      computed = hash.node(computed, step);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(computed, root);
}

/** What a consistency proof says. */
export interface Consistency {
  readonly before: number;
  readonly size: number;
  readonly beforeRoot: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether the tree with `root` continues the one with `beforeRoot` (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  hash: TreeHash,
  { before, size, beforeRoot, root, proof }: Consistency,
): boolean {
  if (!Number.isSafeInteger(before) || !Number.isSafeInteger(size) || before < 1 || before > size)
    return false;
  if (![beforeRoot, ...proof].every(isHash)) return false;
  if (before === size) return proof.length === 0 && same(beforeRoot, root);
  const steps = isPowerOfTwo(before) ? [beforeRoot, ...proof] : [...proof];
  const first = steps.shift();
  if (first === undefined) return false;
  let at = before - 1;
  let last = size - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  let older: Uint8Array = first;
  let newer: Uint8Array = first;
  for (const step of steps) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = hash.node(step, older);
      newer = hash.node(step, newer);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newer = hash.node(newer, step);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(older, beforeRoot) && same(newer, root);
}

function isPowerOfTwo(n: number): boolean {
  let power = 1;
  while (power < n) power *= 2;
  return power === n;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
