import { createPublicKey, type KeyObject } from 'node:crypto';
import { Result, type Timestamp } from '@aegis/model';
import { createLocalJWKSet, errors, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Refusal } from './refusal.ts';

/** Says that a node is a member: who it is, and the key that its messages are signed with (RFC 7519, RFC 7800). */
export interface Membership {
  readonly tokenId: string;
  readonly node: string;
  readonly region: string;
  readonly expires: Timestamp;
  /** Verifies what the node signs. */
  readonly key: KeyObject;
}

export interface TokenWish {
  readonly mesh: string;
  readonly tokenId: string;
  readonly node: string;
  readonly region: string;
  /** The public half of the node's RSA key. */
  readonly key: JWK;
  readonly issued: Timestamp;
  readonly expires: Timestamp;
}

/** The key with which the authority of a mesh signs. */
export interface AuthorityKey {
  readonly id: string;
  /** Ed25519. */
  readonly key: KeyObject;
}

const ALGORITHM = 'EdDSA';
const TYPE = 'aegis-node+jwt';
/** Characters. */
export const TOKEN_LIMIT: number = 2_048;

const Claims = z.object({
  jti: z.string().min(8).max(64),
  sub: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  region: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  exp: z.number(),
  cnf: z.object({ jwk: z.object({ kty: z.literal('RSA'), n: z.string().max(800), e: z.string().max(8) }) }),
});

export function issueToken(wish: TokenWish, authority: AuthorityKey): Promise<string> {
  const { mesh, tokenId, node, region, key, issued, expires } = wish;
  return new SignJWT({ region, cnf: { jwk: { kty: 'RSA', n: key.n, e: key.e } } })
    .setProtectedHeader({ alg: ALGORITHM, kid: authority.id, typ: TYPE })
    .setIssuer(issuerOf(mesh))
    .setSubject(node)
    .setJti(tokenId)
    .setIssuedAt(Math.floor(issued / 1_000))
    .setExpirationTime(Math.floor(expires / 1_000))
    .sign(authority.key);
}

/** Who the token is of, as it stood at that time. `authorities` are public keys with their `kid`. */
export async function verifyToken(
  token: string,
  mesh: string,
  authorities: readonly JWK[],
  at: Timestamp,
): Promise<Result<Membership, Refusal>> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...authorities] }), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: issuerOf(mesh),
      currentDate: new Date(at),
    });
    const { jti, sub, region, exp, cnf } = Claims.parse(payload);
    const key = createPublicKey({ key: cnf.jwk, format: 'jwk' });
    return Result.ok({ tokenId: jti, node: sub, region, expires: exp * 1_000, key });
  } catch (error) {
    const kind = error instanceof errors.JWTExpired ? 'expired_token' : 'bad_token';
    return Result.err({ kind, detail: error instanceof Error ? error.message : String(error) });
  }
}

export function issuerOf(mesh: string): string {
  return `aegis-mesh:${mesh}`;
}
