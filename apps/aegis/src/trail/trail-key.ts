import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AegisError } from '@aegis/model';
import { createVerifier, isKeyOf, type SuiteName, suiteOf, type Verifier, writeVerifier } from '@aegis/trail';
import { type DataDir, readIfThere, writeAtomically } from '../node/data-dir.ts';

/** What a node signs its checkpoints with. */
export interface TrailKey {
  readonly privateKey: KeyObject;
  readonly verifier: Verifier;
}

/**
 * The key of the data directory, made on the first start. Throws AegisError `trail_key_unusable` where it cannot
 * be read or is one of another suite: with another key, what was signed before would look forged.
 */
export function provideTrailKey(dir: DataDir, signer: string, name: SuiteName): TrailKey {
  const suite = suiteOf(name);
  const privateKey = read(dir) ?? create(dir, name);
  const publicKey = createPublicKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  if (!isKeyOf(suite, publicKey)) {
    const mend = 'set trail.suite back, or move trail.db and this key away to begin a new trail';
    throw new AegisError('trail_key_unusable', `${dir.trailKey} is no key of the suite ${name}; ${mend}`);
  }
  const verifier = createVerifier(signer, suite, publicKey);
  writeAtomically(dir.trailPublicKey, `${writeVerifier(verifier)}\n`, 0o644);
  return { privateKey, verifier };
}

function read(dir: DataDir): KeyObject | undefined {
  try {
    const pem = readIfThere(dir.trailKey);
    return pem === undefined ? undefined : createPrivateKey(pem);
  } catch (cause) {
    throw new AegisError('trail_key_unusable', `${dir.trailKey} cannot be read as a private key`, { cause });
  }
}

function create(dir: DataDir, name: SuiteName): KeyObject {
  const { privateKey } =
    name === 'sm3-sm2' ? generateKeyPairSync('ec', { namedCurve: 'SM2' }) : generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeAtomically(dir.trailKey, String(pem), 0o600);
  return createPrivateKey(pem);
}
