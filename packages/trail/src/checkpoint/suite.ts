import { hash, type KeyObject, sign, verify } from 'node:crypto';
import { type TreeHash, type TreeHashName, treeHash } from '../merkle/tree-hash.ts';
import { signSm2, verifySm2 } from './sm2.ts';

export const SUITES = ['sha256-ed25519', 'sm3-sm2'] as const;
export type SuiteName = (typeof SUITES)[number];

/** The hash of the tree and the signature under its checkpoints. */
export interface Suite {
  readonly name: SuiteName;
  readonly tree: TreeHash;
  /** Starts the public key in a verifier line: 1 is Ed25519 in C2SP's signed notes, 0xf5 is ours for SM2. */
  readonly typeByte: number;
  sign(data: Uint8Array, privateKey: KeyObject): Buffer;
  verify(data: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean;
}

export function suiteOf(name: SuiteName): Suite {
  return name === 'sm3-sm2' ? SM : INTERNATIONAL;
}

const INTERNATIONAL: Suite = Object.freeze({
  ...({ name: 'sha256-ed25519', tree: treeHash('sha256'), typeByte: 1 } as const),
  sign: (data: Uint8Array, key: KeyObject) => sign(null, data, key),
  verify: (data: Uint8Array, key: KeyObject, signature: Uint8Array) => verify(null, data, key, signature),
});

const SM: Suite = Object.freeze({
  ...({ name: 'sm3-sm2', tree: treeHash('sm3'), typeByte: 0xf5 } as const),
  sign: signSm2,
  verify: verifySm2,
});

/** What names a key in a signature line: the first 4 bytes of a hash over signer and key (C2SP signed-note). */
export function keyId(signer: string, typed: Uint8Array, name: TreeHashName): Buffer {
  return hash(name, Buffer.concat([Buffer.from(`${signer}\n`), typed]), 'buffer').subarray(0, 4);
}
