import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { SuiteName } from '@aegis/trail';

/** Bytes of the key: 32 for AES-256-GCM; 16 of SM4 and 32 of HMAC-SM3. */
export const SEAL_KEY_BYTES = 48;

/**
 * One line sealed after another: each is bound to the one in front of it, so that none can be changed, moved or
 * taken out of the middle. `nonce` is 16 random bytes, never used again with this key.
 */
export interface Sealed {
  readonly line: string;
  /** To seal the next one after. */
  readonly tag: Buffer;
}

export function seal(suite: SuiteName, key: Buffer, previous: Buffer, nonce: Buffer, text: string): Sealed {
  const body = suite === 'sm3-sm2' ? sealSm(key, previous, nonce, text) : sealAes(key, previous, nonce, text);
  const bytes = Buffer.concat([nonce, body.tag, body.sealed]);
  return { line: bytes.toString('base64'), tag: body.tag };
}

/** Undefined where it was not sealed with this key after that line. */
export function unseal(
  suite: SuiteName,
  key: Buffer,
  previous: Buffer,
  line: string,
): { readonly text: string; readonly tag: Buffer } | undefined {
  const bytes = Buffer.from(line, 'base64');
  const tagBytes = suite === 'sm3-sm2' ? 32 : 16;
  if (bytes.length < 16 + tagBytes) return undefined;
  const nonce = bytes.subarray(0, 16);
  const tag = bytes.subarray(16, 16 + tagBytes);
  const sealed = bytes.subarray(16 + tagBytes);
  try {
    const text =
      suite === 'sm3-sm2'
        ? unsealSm(key, previous, nonce, tag, sealed)
        : unsealAes(key, previous, nonce, tag, sealed);
    return text === undefined ? undefined : { text, tag };
  } catch {
    return undefined;
  }
}

interface Body {
  readonly sealed: Buffer;
  readonly tag: Buffer;
}

function sealAes(key: Buffer, previous: Buffer, nonce: Buffer, text: string): Body {
  const cipher = createCipheriv('aes-256-gcm', key.subarray(0, 32), nonce).setAAD(previous);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { sealed, tag: cipher.getAuthTag() };
}

function unsealAes(key: Buffer, previous: Buffer, nonce: Buffer, tag: Buffer, sealed: Buffer): string {
  const cipher = createDecipheriv('aes-256-gcm', key.subarray(0, 32), nonce).setAAD(previous).setAuthTag(tag);
  return Buffer.concat([cipher.update(sealed), cipher.final()]).toString('utf8');
}

/** Encrypt, then MAC: OpenSSL has no SM4-GCM here. */
function sealSm(key: Buffer, previous: Buffer, nonce: Buffer, text: string): Body {
  const cipher = createCipheriv('sm4-ctr', key.subarray(0, 16), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { sealed, tag: mac(key, previous, nonce, sealed) };
}

function unsealSm(
  key: Buffer,
  previous: Buffer,
  nonce: Buffer,
  tag: Buffer,
  sealed: Buffer,
): string | undefined {
  if (!timingSafeEqual(tag, mac(key, previous, nonce, sealed))) return undefined;
  const cipher = createDecipheriv('sm4-ctr', key.subarray(0, 16), nonce);
  return Buffer.concat([cipher.update(sealed), cipher.final()]).toString('utf8');
}

/** The parts before the text are of known lengths: 0 or 32, then 16. */
function mac(key: Buffer, previous: Buffer, nonce: Buffer, sealed: Buffer): Buffer {
  return createHmac('sm3', key.subarray(16))
    .update(Buffer.of(previous.length))
    .update(previous)
    .update(nonce)
    .update(sealed)
    .digest();
}
