import { hash as digest, timingSafeEqual } from 'node:crypto';

/** The parts of `aegis_<id>_<secret>`: a public id of 64 bits and a secret of 256, both in lower-case hex. */
export interface ApiKeyParts {
  readonly id: string;
  readonly secret: string;
}

export const ApiKey: {
  readonly mint: (randomBytes: (size: number) => Uint8Array) => ApiKeyParts;
  readonly format: (parts: ApiKeyParts) => string;
  readonly parse: (text: string) => ApiKeyParts | undefined;
  /**
   * SHA-256 of the secret, hex. A slow hash would add nothing: 256 random bits cannot be guessed, and every
   * request pays for it.
   */
  readonly hash: (secret: string) => string;
  /** Whether this is the secret behind the hash, in constant time. */
  readonly matches: (secret: string, hash: string) => boolean;
} = Object.freeze({
  mint: (randomBytes: (size: number) => Uint8Array) => ({
    id: Buffer.from(randomBytes(8)).toString('hex'),
    secret: Buffer.from(randomBytes(32)).toString('hex'),
  }),
  format: ({ id, secret }: ApiKeyParts) => `aegis_${id}_${secret}`,
  parse(text: string) {
    const match = /^aegis_([0-9a-f]{16})_([0-9a-f]{64})$/.exec(text);
    return match === null ? undefined : { id: match[1] as string, secret: match[2] as string };
  },
  hash,
  matches: (secret: string, expected: string) =>
    expected.length === 64 && timingSafeEqual(Buffer.from(hash(secret)), Buffer.from(expected)),
});

function hash(secret: string): string {
  return digest('sha256', secret, 'hex');
}
