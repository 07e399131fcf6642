import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import {
  CHANNELS,
  ClockSkew,
  type Credentials,
  type Envelope,
  FrameOpener,
  FrameSealer,
  issueToken,
  Members,
  Reception,
  type ReceptionRules,
  readCredentials,
  writeCredentials,
  writeDefenseAction,
} from '../index.ts';
import type { MeshKeys } from '../mesh-key.ts';

/** A mesh for tests, with whoever makes its members. */
export const MESH: string = 'test';
export const NOW: number = Date.UTC(2026, 0, 1);
export const DAY: number = 86_400_000;
export const CHANNEL: typeof CHANNELS.defense_action = CHANNELS.defense_action;

const signer = generateKeyPairSync('ed25519');
export const AUTHORITY: { readonly id: string; readonly key: KeyObject } = {
  id: 'authority',
  key: signer.privateKey,
};
export const AUTHORITIES: readonly JWK[] = [
  { kty: 'OKP', crv: 'Ed25519', kid: 'authority', x: signer.publicKey.export({ format: 'jwk' }).x ?? '' },
];
const nodeKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const KEYS: MeshKeys = [{ id: 'k1', secret: new Uint8Array(32).fill(7), from: 0 }];

export interface MemberOptions {
  readonly node?: string;
  readonly mesh?: string;
  readonly expires?: number;
  readonly keys?: MeshKeys;
  readonly authority?: typeof AUTHORITY;
  /** Of the token, where it is not the one that signs. */
  readonly tokenKey?: JWK;
}

export async function member(options: MemberOptions = {}): Promise<Credentials> {
  const { node = 'a', mesh = MESH, expires = NOW + 30 * DAY, keys = KEYS, authority = AUTHORITY } = options;
  const key = options.tokenKey ?? nodeKey.publicKey.export({ format: 'jwk' });
  const wish = { mesh, tokenId: `token-of-${node}`, node, region: 'eu', key, issued: NOW, expires };
  const text = writeCredentials({
    mesh,
    token: await issueToken(wish, authority),
    key: nodeKey.privateKey.export({ format: 'der', type: 'pkcs8' }),
    keys,
    authorities: AUTHORITIES,
  });
  const read = readCredentials(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** A counter in place of chance: every nonce is another one. */
export function sealerOf(credentials: Credentials): FrameSealer {
  let count = 0;
  return new FrameSealer(credentials, (bytes) => new Uint8Array(bytes).fill(++count));
}

export const RULES: ReceptionRules = {
  self: 'b',
  windowMs: 60_000,
  flood: { perSecond: 1_000, burst: 1_000 },
  remembered: 1_000,
};

export function reception(
  rules: Partial<ReceptionRules> = {},
  keys: MeshKeys = KEYS,
): { readonly reception: Reception; readonly members: Members } {
  const members = new Members(MESH, AUTHORITIES);
  const opener = new FrameOpener({ mesh: MESH, keys }, members);
  return { reception: new Reception(opener, { ...RULES, ...rules }), members };
}

let messages = 0;
export function envelope(changes: Partial<Envelope> = {}): Envelope {
  const id = `decision-${++messages}`;
  const decision = {
    ...{ id, scope: 'ip' as const, value: '192.0.2.1', action: 'ban' as const, reason: 'SQL injection' },
    ...{ origin: 'aegis', source: 'test', weight: 1, created: NOW, expires: NOW + 3_600_000 },
  };
  const step = { step: 'made' as const, id: `made:${id}`, at: NOW, by: 'node', reason: '', decision };
  return {
    type: 'defense_action',
    data: writeDefenseAction(step, new ClockSkew()),
    id: `message-${messages}`,
    source_node: 'a',
    source_region: 'eu',
    timestamp: NOW / 1_000,
    ...changes,
  } as Envelope;
}

/** Of another node. */
export const ANOTHER_KEY: KeyObject = createPrivateKey(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
);
