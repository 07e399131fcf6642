import { hash, type KeyObject } from 'node:crypto';
import { Result, type Timestamp } from '@aegis/model';
import { HASH_BYTES, type TreeHashName } from '../merkle/tree-hash.ts';
import type { Verifier } from './verifier.ts';

/** What a node signs now and then: so many entries, with this root, at this time, after that checkpoint. */
export interface Checkpoint {
  readonly signer: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly at: Timestamp;
  /** Hash of the whole text of the one before; zeros for the first. The chain shows where one was taken out. */
  readonly previous: Uint8Array;
}

export const NO_CHECKPOINT: Uint8Array = new Uint8Array(HASH_BYTES);

/** Longer texts are no checkpoints. */
const MAX_LENGTH = 2_000;

/**
 * The signed text: a C2SP tlog-checkpoint (signer, size, root) with two lines of ours (`time`, `previous`), a
 * blank line, and the signature line of a C2SP signed note.
 */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject, verifier: Verifier): string {
  const body = bodyOf(checkpoint);
  const signature = verifier.suite.sign(Buffer.from(body), privateKey);
  return `${body}\n\u2014 ${verifier.signer} ${base64(Buffer.concat([verifier.id, signature]))}\n`;
}

export type CheckpointProblem = {
  readonly kind: 'malformed' | 'other_signer' | 'bad_signature';
  readonly message: string;
};

/** The checkpoint of a text whose signature holds. */
export function openCheckpoint(text: string, verifier: Verifier): Result<Checkpoint, CheckpointProblem> {
  const lines = text.length > MAX_LENGTH ? [] : text.split('\n');
  const [signer = '', size = '', root = '', time = '', previous = '', blank, signed = '', end] = lines;
  const checkpoint: Checkpoint = {
    signer,
    size: /^(0|[1-9]\d{0,15})$/.test(size) ? Number(size) : Number.NaN,
    root: Buffer.from(root, 'base64'),
    at: Date.parse(time.replace(/^time /, '')),
    previous: Buffer.from(previous.replace(/^previous /, ''), 'base64'),
  };
  const body = `${lines.slice(0, 5).join('\n')}\n`;
  if (lines.length !== 8 || blank !== '' || end !== '' || !isWhole(checkpoint) || body !== bodyOf(checkpoint))
    return problem('malformed', 'it is not the text of a checkpoint');
  if (signer !== verifier.signer)
    return problem('other_signer', `it is signed by ${signer}, not ${verifier.signer}`);
  const mark = `\u2014 ${signer} `;
  const signature = Buffer.from(signed.slice(mark.length), 'base64');
  if (!signed.startsWith(mark) || !signature.subarray(0, 4).equals(verifier.id))
    return problem('other_signer', 'it is signed with another key');
  // Several texts in base64 stand for the same bytes; one of them is what was written.
  if (signed !== `${mark}${base64(signature)}`)
    return problem('malformed', 'its signature is not written as it was');
  if (!verifier.suite.verify(Buffer.from(body), verifier.publicKey, signature.subarray(4)))
    return problem('bad_signature', 'its signature does not hold: it was changed or forged');
  return Result.ok(checkpoint);
}

/** What a checkpoint's text is called by the one after it. */
export function checkpointDigest(text: string, name: TreeHashName): Buffer {
  return hash(name, text, 'buffer');
}

function isWhole({ size, root, at, previous }: Checkpoint): boolean {
  const isTold = Number.isSafeInteger(size) && !Number.isNaN(at);
  return isTold && root.length === HASH_BYTES && previous.length === HASH_BYTES;
}

function bodyOf({ signer, size, root, at, previous }: Checkpoint): string {
  return `${signer}\n${size}\n${base64(root)}\ntime ${new Date(at).toISOString()}\nprevious ${base64(previous)}\n`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function problem(kind: CheckpointProblem['kind'], message: string): Result<never, CheckpointProblem> {
  return Result.err({ kind, message });
}
