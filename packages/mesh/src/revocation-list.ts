import { Result, type Timestamp } from '@aegis/model';
import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type AuthorityKey, issuerOf } from './node-token.ts';
import type { Refusal } from './refusal.ts';

/** Tokens that are no longer any good. Grows; of two lists of a mesh the later one counts. */
export interface RevocationList {
  readonly issued: Timestamp;
  readonly tokenIds: ReadonlySet<string>;
}

export const NO_REVOCATIONS: RevocationList = Object.freeze({ issued: 0, tokenIds: new Set<string>() });

const TYPE = 'aegis-revocations+jwt';
const ALGORITHM = 'EdDSA';
/** A token that has expired need not be listed, so that this is enough for a large mesh. */
const MOST = 2_000;

const Claims = z.object({ issued_ms: z.number(), revoked: z.array(z.string().max(64)).max(MOST) });

/** The list as anybody may carry it: nobody but the authority can have written it. */
export function signRevocations(
  list: RevocationList,
  mesh: string,
  authority: AuthorityKey,
): Promise<string> {
  return new SignJWT({ issued_ms: list.issued, revoked: [...list.tokenIds] })
    .setProtectedHeader({ alg: ALGORITHM, kid: authority.id, typ: TYPE })
    .setIssuer(issuerOf(mesh))
    .sign(authority.key);
}

export async function readRevocations(
  text: string,
  mesh: string,
  authorities: readonly JWK[],
): Promise<Result<RevocationList, Refusal>> {
  try {
    const { payload } = await jwtVerify(text, createLocalJWKSet({ keys: [...authorities] }), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: issuerOf(mesh),
    });
    const { issued_ms, revoked } = Claims.parse(payload);
    return Result.ok({ issued: issued_ms, tokenIds: new Set(revoked) });
  } catch (error) {
    return Result.err({ kind: 'bad_token', detail: error instanceof Error ? error.message : String(error) });
  }
}
