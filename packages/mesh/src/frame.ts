/**
 * A batch of envelopes on its way: `A1.<key id>.<base64 of nonce, ciphertext and tag>`, AES-256-GCM (NIST SP 800-38D)
 * with everything before the second dot, the mesh and the channel as additional data. Inside: length of the token as
 * two bytes, the token, length of the signature as two bytes, the signature, the envelopes as a JSON list. The
 * signature, RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), is over the additional data, a line feed and the list.
 *
 * RSA, since a frame is signed once and verified by every node of the mesh: verifying costs a quarter of Ed25519's.
 */
export const FRAME_VERSION = 'A1';
export const CIPHER = 'aes-256-gcm';
export const SIGNATURE_DIGEST = 'sha256';
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** What a frame is bound to, so that it opens nowhere else. */
export function additionalData(keyId: string, mesh: string, channel: string): Buffer {
  return Buffer.from(`${FRAME_VERSION}.${keyId}.${mesh}.${channel}`);
}

/** What is signed: a key that is changed leaves signatures as they are. */
export function signedBytes(mesh: string, channel: string, list: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${FRAME_VERSION}.${mesh}.${channel}\n`), list]);
}
