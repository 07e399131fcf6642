import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import {
  type AuthorityKey,
  issueToken,
  type MeshKey,
  type MeshKeys,
  signRevocations,
  writeCredentials,
} from '@aegis/mesh';
import { AegisError, type Timestamp } from '@aegis/model';
import { z } from 'zod';
import { type DataDir, makeDataDir, readIfThere, writeAtomically } from '../node/data-dir.ts';

/** A token that was made, as the authority remembers it. */
export interface IssuedToken {
  readonly id: string;
  readonly node: string;
  readonly region: string;
  readonly issued: Timestamp;
  readonly expires: Timestamp;
  readonly revoked: boolean;
}

/** Whoever makes members of a mesh: the key that signs, the keys that all members share, and what was signed. */
export interface MeshAuthority {
  readonly mesh: string;
  readonly signing: AuthorityKey & { readonly publicX: string };
  readonly keys: MeshKeys;
  readonly issued: readonly IssuedToken[];
  /** When the last list of revocations was made. */
  readonly revocationsAt: Timestamp;
}

const Issued = z.strictObject({
  id: z.string(),
  node: z.string(),
  region: z.string(),
  issued: z.number(),
  expires: z.number(),
  revoked: z.boolean(),
});

const Written = z.strictObject({
  mesh: z.string(),
  signing: z.strictObject({ id: z.string(), key: z.string(), publicX: z.string() }),
  keys: z.array(z.strictObject({ id: z.string(), secret: z.string(), from: z.number() })).min(1),
  issued: z.array(Issued),
  revocationsAt: z.number(),
});

/** Keys that members still open with. */
const MOST_KEYS = 4;
const KEY_BYTES = 32;

export function createAuthority(mesh: string, now: Timestamp): MeshAuthority {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    mesh,
    signing: { id: shortId(), key: privateKey, publicX: publicKey.export({ format: 'jwk' }).x ?? '' },
    keys: [newKey(now)],
    issued: [],
    revocationsAt: 0,
  };
}

/** Undefined where there is none. Throws AegisError `bad_mesh_authority`. */
export function readAuthority({ meshAuthority }: DataDir): MeshAuthority | undefined {
  const text = readIfThere(meshAuthority);
  if (text === undefined) return undefined;
  try {
    const { mesh, signing, keys, issued, revocationsAt } = Written.parse(JSON.parse(text));
    const [first, ...others] = keys.map(({ secret, ...rest }) => ({
      ...rest,
      secret: new Uint8Array(Buffer.from(secret, 'base64url')),
    }));
    const key = createPrivateKey({
      key: Buffer.from(signing.key, 'base64url'),
      format: 'der',
      type: 'pkcs8',
    });
    return { mesh, signing: { ...signing, key }, keys: [first as MeshKey, ...others], issued, revocationsAt };
  } catch (cause) {
    throw new AegisError('bad_mesh_authority', `${meshAuthority} cannot be read; restore it from a backup`, {
      cause,
    });
  }
}

/** Readable by its owner alone. */
export function writeAuthority(dir: DataDir, authority: MeshAuthority): void {
  const { mesh, signing, keys, issued, revocationsAt } = authority;
  const written = {
    mesh,
    signing: { id: signing.id, key: base64url(der(signing.key)), publicX: signing.publicX },
    keys: keys.map(({ id, secret, from }) => ({ id, secret: base64url(secret), from })),
    issued,
    revocationsAt,
  };
  makeDataDir(dir);
  writeAtomically(dir.meshAuthority, `${JSON.stringify(written, null, 2)}\n`, 0o600);
}

export interface NewToken {
  readonly authority: MeshAuthority;
  readonly issued: IssuedToken;
  /** What the node is given. */
  readonly text: string;
}

/** A token with keys of its own for a node, and the authority that remembers it. Expired ones are forgotten. */
export async function issueNodeToken(
  authority: MeshAuthority,
  {
    node,
    region,
    now,
    expires,
  }: {
    readonly node: string;
    readonly region: string;
    readonly now: Timestamp;
    readonly expires: Timestamp;
  },
): Promise<NewToken> {
  const { mesh, signing, keys } = authority;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const issued: IssuedToken = { id: randomUUID(), node, region, issued: now, expires, revoked: false };
  const key = publicKey.export({ format: 'jwk' });
  const token = await issueToken(
    { mesh, tokenId: issued.id, node, region, key, issued: now, expires },
    signing,
  );
  const authorities = [{ kid: signing.id, x: signing.publicX }];
  return {
    authority: { ...authority, issued: [...authority.issued.filter((each) => each.expires > now), issued] },
    issued,
    text: writeCredentials({ mesh, token, key: der(privateKey), keys, authorities }),
  };
}

export interface Revocation {
  readonly authority: MeshAuthority;
  /** Those that are revoked now and were not before. */
  readonly tokens: readonly IssuedToken[];
  /** For every node: see `RevocationList`. */
  readonly list: string;
}

/** Revokes every token of a node. */
export async function revokeNode(
  authority: MeshAuthority,
  node: string,
  now: Timestamp,
): Promise<Revocation> {
  const issued = authority.issued.map((each) => (each.node === node ? { ...each, revoked: true } : each));
  const tokens = authority.issued.filter((each) => each.node === node && !each.revoked);
  // Of two lists the later one counts, whatever the clock says.
  const revocationsAt = Math.max(now, authority.revocationsAt + 1);
  const tokenIds = new Set(issued.filter(({ revoked }) => revoked).map(({ id }) => id));
  const list = await signRevocations({ issued: revocationsAt, tokenIds }, authority.mesh, authority.signing);
  return { authority: { ...authority, issued, revocationsAt }, tokens, list };
}

/** With a new key that seals from then on; the oldest ones are dropped. */
export function rotateKey(authority: MeshAuthority, from: Timestamp): MeshAuthority {
  const [first = newKey(from), ...others] = [...authority.keys, newKey(from)].slice(-MOST_KEYS);
  return { ...authority, keys: [first, ...others] };
}

function newKey(from: Timestamp): MeshKey {
  return { id: shortId(), secret: new Uint8Array(randomBytes(KEY_BYTES)), from };
}

function shortId(): string {
  return randomBytes(4).toString('hex');
}

function der(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' });
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
