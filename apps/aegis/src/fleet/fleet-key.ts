import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AegisError } from '@aegis/model';
import { type DataDir, readIfThere, writeAtomically } from '../node/data-dir.ts';

/**
 * The Ed25519 key that orders to the fleet are signed with, made on the first start; all servers of a fleet have the
 * same. Throws AegisError `fleet_key_unusable`.
 */
export function provideFleetKey({ fleetKey, fleetPublicKey }: DataDir): KeyObject {
  const key = read(fleetKey) ?? create(fleetKey);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new AegisError('fleet_key_unusable', `${fleetKey} is no Ed25519 key`);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  writeAtomically(fleetPublicKey, String(publicKey), 0o644);
  return key;
}

function read(path: string): KeyObject | undefined {
  try {
    const pem = readIfThere(path);
    return pem === undefined ? undefined : createPrivateKey(pem);
  } catch (cause) {
    throw new AegisError('fleet_key_unusable', `${path} cannot be read as a private key`, { cause });
  }
}

function create(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeAtomically(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
  return privateKey;
}
