import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  canonicalJson,
  createVerifier,
  foldNodes,
  inclusionPlan,
  leafHash,
  NO_CHECKPOINT,
  type SuiteName,
  signCheckpoint,
  suiteOf,
  treeHash,
  type Verifier,
  writeVerifier,
} from '@aegis/trail';
import { seal } from '../trail/sealed-lines.ts';

/** A signed trail of two entries, whose parts are damaged. */
export interface TrailSeeds {
  readonly verifier: Verifier;
  readonly checkpoint: string;
  readonly publicKey: string;
  /** Of the first entry, as `/v1/trail/proof` gives it. */
  readonly proof: string;
  readonly exported: string;
}

const BODIES = [0, 1].map((index) =>
  canonicalJson({
    index,
    at: 1_000,
    journal: index,
    kind: 'audit',
    id: `e${index}`,
    record: { actor: 'alice' },
  }),
);

export function trailSeeds(name: SuiteName): TrailSeeds {
  const { privateKey, publicKey } = keyPair(name);
  const suite = suiteOf(name);
  const verifier = createVerifier('node-1', suite, publicKey);
  const tree = treeHash(suite.tree.name);
  const hashes = BODIES.map((body) => Buffer.from(leafHash(body, tree)));
  const root = foldNodes(hashes, tree.node);
  const checkpoint = signCheckpoint(
    { signer: 'node-1', size: 2, root: Buffer.from(root), at: 1_000, previous: NO_CHECKPOINT },
    privateKey,
    verifier,
  );
  const line = writeVerifier(verifier);
  const [first, second] = hashes.map((hash) => hash.toString('base64'));
  if (inclusionPlan(0, 2).length !== 1) throw new Error('the proof of one of two entries is one hash');
  const proof = {
    index: 0,
    size: 2,
    body: BODIES[0],
    leaf: first,
    proof: [second],
    checkpoint,
    public_key: line,
  };
  const entries = BODIES.map((body, index) => ({ index, at: 1_000, hash: [first, second][index], body }));
  const exported = [{ trail: 1, public_key: line }, ...entries, { checkpoint }];
  return {
    verifier,
    checkpoint,
    publicKey: line,
    proof: JSON.stringify(proof),
    exported: exported.map((each) => JSON.stringify(each)).join('\n'),
  };
}

function keyPair(name: SuiteName): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  if (name === 'sha256-ed25519') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('ec', { namedCurve: 'SM2' });
}

export interface SealedSeed {
  readonly key: Buffer;
  readonly previous: Buffer;
  readonly line: string;
}

/** One line of the local buffer. */
export function sealedSeed(suite: SuiteName): SealedSeed {
  const key = createHash('sha384').update('key').digest();
  const previous = Buffer.alloc(suite === 'sm3-sm2' ? 32 : 16);
  return { key, previous, line: seal(suite, key, previous, Buffer.alloc(16, 7), '{"id":"e1"}').line };
}
