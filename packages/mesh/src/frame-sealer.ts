import { createCipheriv, sign } from 'node:crypto';
import type { Credentials } from './credentials.ts';
import type { Envelope } from './envelope.ts';
import {
  additionalData,
  CIPHER,
  FRAME_VERSION,
  NONCE_BYTES,
  SIGNATURE_DIGEST,
  signedBytes,
} from './frame.ts';
import { sealingKey } from './mesh-key.ts';
import type { Channel } from './message.ts';

/** Unpredictable bytes. */
export type Entropy = (bytes: number) => Uint8Array;

/** Makes frames in the name of one node. */
export class FrameSealer {
  readonly #credentials: Credentials;
  readonly #entropy: Entropy;

  constructor(credentials: Credentials, entropy: Entropy) {
    this.#credentials = credentials;
    this.#entropy = entropy;
  }

  /** At most `FRAME_ENVELOPES` envelopes of that channel. A nonce of 96 random bits is good for 2^32 frames a key. */
  seal(channel: Channel, envelopes: readonly Envelope[]): string {
    const { mesh, token, key, keys } = this.#credentials;
    const { id, secret } = sealingKey(keys, 1_000 * (envelopes[0]?.timestamp ?? 0));
    const list = Buffer.from(JSON.stringify(envelopes));
    const signature = sign(SIGNATURE_DIGEST, signedBytes(mesh, channel, list), key);
    const nonce = this.#entropy(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, secret, nonce);
    cipher.setAAD(additionalData(id, mesh, channel));
    const inside = [lengthOf(token), Buffer.from(token, 'latin1'), lengthOf(signature), signature, list];
    const sealed = [nonce, ...inside.map((part) => cipher.update(part)), cipher.final(), cipher.getAuthTag()];
    return `${FRAME_VERSION}.${id}.${Buffer.concat(sealed).toString('base64')}`;
  }
}

function lengthOf(part: { readonly length: number }): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(part.length);
  return bytes;
}
