import { createPublicKey, type KeyObject } from 'node:crypto';
import { Result } from '@aegis/model';
import { keyId, SUITES, type Suite, suiteOf } from './suite.ts';

/** Whose checkpoints are believed: all that anybody needs to verify a trail. */
export interface Verifier {
  /** The name of the signing node; in the first line of its checkpoints too. */
  readonly signer: string;
  readonly suite: Suite;
  readonly publicKey: KeyObject;
  /** 4 bytes. */
  readonly id: Buffer;
}

/** What comes before the key's own bytes in a SubjectPublicKeyInfo (RFC 8410; GB/T 35276). */
const SPKI_PREFIX = {
  'sha256-ed25519': Buffer.from('302a300506032b6570032100', 'hex'),
  'sm3-sm2': Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex'),
} as const;
const KEY_BYTES = { 'sha256-ed25519': 32, 'sm3-sm2': 65 } as const;
const SIGNER = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}$/;

export function createVerifier(signer: string, suite: Suite, publicKey: KeyObject): Verifier {
  return Object.freeze({
    signer,
    suite,
    publicKey,
    id: keyId(signer, typed(suite, publicKey), suite.tree.name),
  });
}

/** `<signer>+<key id, hex>+<base64 of type and key>`: C2SP's form of a verifier key, one line to hand around. */
export function writeVerifier({ signer, suite, publicKey, id }: Verifier): string {
  return `${signer}+${id.toString('hex')}+${typed(suite, publicKey).toString('base64')}`;
}

/** Whether a key is of the suite's kind. */
export function isKeyOf({ name }: Suite, publicKey: KeyObject): boolean {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return der.subarray(0, -KEY_BYTES[name]).equals(SPKI_PREFIX[name]);
}

export function parseVerifier(line: string): Result<Verifier, { readonly message: string }> {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,200})$/.exec(line.trim());
  if (match === null || !SIGNER.test(match[1] as string))
    return refused('a public key is one line <signer>+<8 hex digits>+<base64>');
  const [, signer = '', id = '', base64 = ''] = match;
  const bytes = Buffer.from(base64, 'base64');
  const suite = SUITES.map(suiteOf).find(({ typeByte }) => typeByte === bytes[0]);
  if (suite === undefined || bytes.length !== 1 + KEY_BYTES[suite.name])
    return refused('the key is neither Ed25519 nor SM2');
  try {
    const der = Buffer.concat([SPKI_PREFIX[suite.name], bytes.subarray(1)]);
    const verifier = createVerifier(
      signer,
      suite,
      createPublicKey({ key: der, format: 'der', type: 'spki' }),
    );
    if (verifier.id.toString('hex') !== id)
      return refused('its parts do not belong together: the line was changed');
    return Result.ok(verifier);
  } catch {
    return refused('the key is no point of its curve');
  }
}

function typed({ typeByte, name }: Suite, publicKey: KeyObject): Buffer {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return Buffer.concat([Buffer.of(typeByte), der.subarray(-KEY_BYTES[name])]);
}

function refused(message: string): Result<never, { readonly message: string }> {
  return Result.err({ message });
}
