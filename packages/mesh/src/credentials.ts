import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Result, type Timestamp } from '@aegis/model';
import { decodeJwt, type JWK } from 'jose';
import { z } from 'zod';
import { MESH_KEY_ID, type MeshKeys } from './mesh-key.ts';
import { issuerOf } from './node-token.ts';

/** What a node needs to take part, and must keep to itself. */
export interface Credentials {
  readonly mesh: string;
  readonly node: string;
  readonly region: string;
  /** For the others: see `Membership`. */
  readonly token: string;
  /** From then on nobody takes what this node says. */
  readonly expires: Timestamp;
  /** Signs what this node sends. */
  readonly key: KeyObject;
  readonly keys: MeshKeys;
  /** Public keys of whoever issues tokens. */
  readonly authorities: readonly JWK[];
}

/** As one carries them to a node: one line, `aegis-mesh1` and four parts with dots between. */
export interface CredentialParts {
  readonly mesh: string;
  readonly token: string;
  /** PKCS #8, DER. */
  readonly key: Uint8Array;
  readonly keys: MeshKeys;
  readonly authorities: readonly JWK[];
}

const PREFIX = 'aegis-mesh1';

const Shared = z.strictObject({
  mesh: z.string().regex(/^[a-z0-9-]{1,64}$/),
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(MESH_KEY_ID),
        secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
        from: z.number(),
      }),
    )
    .min(1)
    .max(8),
  authorities: z
    .array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        kid: z.string().max(64),
        x: z.string().max(64),
      }),
    )
    .min(1)
    .max(8),
});

export function writeCredentials({ mesh, token, key, keys, authorities }: CredentialParts): string {
  const shared = {
    mesh,
    keys: keys.map(({ id, secret, from }) => ({ id, secret: base64url(secret), from })),
    authorities: authorities.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', kid, x })),
  };
  return [PREFIX, base64url(Buffer.from(JSON.stringify(shared))), base64url(key), token].join('.');
}

/** The error says in words what is wrong with the text, and holds nothing of it. */
export function readCredentials(text: string): Result<Credentials, string> {
  const [prefix, sharedText = '', keyText = '', ...tokenParts] = text.trim().split('.');
  const bad = (what: string): Result<never, string> =>
    Result.err(`${what}; take the whole line that "aegis mesh token" printed`);
  if (prefix !== PREFIX || tokenParts.length !== 3)
    return bad('it is no node token of a mesh, or not all of one');
  try {
    const shared = Shared.parse(JSON.parse(Buffer.from(sharedText, 'base64url').toString()));
    const token = tokenParts.join('.');
    const { sub, region, iss, exp } = decodeJwt<{ readonly region?: string }>(token);
    if (sub === undefined || region === undefined || exp === undefined || iss !== issuerOf(shared.mesh))
      return bad('its parts do not belong together');
    const [first, ...others] = shared.keys.map(({ id, secret, from }) => ({
      id,
      from,
      secret: new Uint8Array(Buffer.from(secret, 'base64url')),
    }));
    if (first === undefined) return bad('it has no key');
    return Result.ok({
      mesh: shared.mesh,
      node: sub,
      region,
      token,
      expires: exp * 1_000,
      key: createPrivateKey({ key: Buffer.from(keyText, 'base64url'), format: 'der', type: 'pkcs8' }),
      keys: [first, ...others],
      authorities: shared.authorities,
    });
  } catch {
    return bad('a part of it cannot be read');
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
