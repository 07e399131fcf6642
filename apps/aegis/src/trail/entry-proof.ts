import { leafHash, openCheckpoint, type Verifier, verifyInclusion } from '@aegis/trail';

/** A proof as `/v1/trail/proof` gives it; hashes in base64. */
export interface EntryProofDocument {
  readonly index: number;
  readonly size: number;
  readonly body?: string;
  readonly leaf: string;
  readonly proof: readonly string[];
  readonly checkpoint: string;
  readonly public_key: string;
}

/** What is wrong with a proof; undefined where it holds. */
export function proofProblem(
  { index, size, body, leaf, proof, checkpoint }: EntryProofDocument,
  verifier: Verifier,
): string | undefined {
  const opened = openCheckpoint(checkpoint, verifier);
  if (!opened.ok) return `the checkpoint: ${opened.error.message}`;
  if (opened.value.size !== size)
    return `it is about ${size} entries, the checkpoint about ${opened.value.size}`;
  const { tree } = verifier.suite;
  const hash = bytes(leaf);
  if (body !== undefined && !leafHash(body, tree).equals(hash)) return 'the text does not have its hash';
  const claim = { index, size, leaf: hash, proof: proof.map(bytes), root: opened.value.root };
  return verifyInclusion(tree, claim) ? undefined : 'the hashes do not lead to the signed root';
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
