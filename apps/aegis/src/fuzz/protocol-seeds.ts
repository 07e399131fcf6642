import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signHalt } from '@aegis/fleet';
import {
  CHANNELS,
  type Credentials,
  type Envelope,
  FrameSealer,
  issueToken,
  readCredentials,
  signRevocations,
  writeCredentials,
} from '@aegis/mesh';
import { ProtoWriter } from '@aegis/protobuf';
import type { JWK } from 'jose';

/** When everything of the mesh below was made. */
export const MESH_TIME: number = Date.UTC(2026, 0, 1);

/** A member of a mesh, and what it sends. */
export interface MeshSeeds {
  readonly credentials: Credentials;
  readonly authorities: readonly JWK[];
  /** The line that one carries to a node. */
  readonly line: string;
  readonly revocations: string;
  /** One frame with all of the envelopes that belong on the channel of decisions. */
  readonly frame: string;
  /** As JSON: what is inside of frames, one of each type. */
  readonly envelopes: readonly string[];
}

const MESH = 'fuzz';
const time = MESH_TIME / 1_000;
const DATA: Readonly<Record<string, object>> = {
  defense_action: {
    ...{ target_ip: '192.0.2.1', action: 'GLOBAL_BLOCK', reason: 'scan', expiry: time + 60, scope: 'ip' },
    ...{ decision: 'd-1', origin: 'aegis', source: 's', weight: 1, created: time, step: 'made' },
    ...{ step_id: 'made:d-1', at: time, by: 'node', why: '' },
  },
  threat_intel_update: {
    ...{ ip: '192.0.2.1', threat_level: 'LOW', attack_type: 'scan', action: 'ban', confidence: 20 },
    ...{ reason: 'r', duration: 60, seen: time },
  },
  attack_pattern: {
    ...{ pattern_id: 'ATK-2026-0127', signatures: ['a'], severity: 3, attack_type: 'sqli' },
    ...{ source_ip: '192.0.2.1', blocked: false, report: 'r1', seen: time },
  },
  cc_server_detected: {
    ...{ ip: '192.0.2.1', port: 443, bot_count: 1, confidence: 50, score: 50, bots: { '192.0.2.9': 80 } },
    ...{ blocked: false, report: 'r2', seen: time },
  },
  policy_update: { kind: 'policy', at: time, author: 'ann', reason: 'r', body: '{}' },
  node_heartbeat: { interval: 2, load: 0.5, version: '1', started: time, decisions: 3, leaving: false },
  trail_checkpoint: { kind: 'ask', of: 'b', from: [1, 40] },
};

export async function meshSeeds(): Promise<MeshSeeds> {
  const signer = generateKeyPairSync('ed25519');
  const authority = { id: 'authority', key: signer.privateKey };
  const x = signer.publicKey.export({ format: 'jwk' }).x ?? '';
  const authorities = [{ kty: 'OKP', crv: 'Ed25519', kid: authority.id, x }];
  const own = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const line = writeCredentials({
    mesh: MESH,
    token: await issueToken(
      {
        ...{ mesh: MESH, tokenId: 'token-of-a', node: 'a', region: 'eu', issued: MESH_TIME },
        ...{ key: own.publicKey.export({ format: 'jwk' }), expires: MESH_TIME + 86_400_000 },
      },
      authority,
    ),
    key: own.privateKey.export({ format: 'der', type: 'pkcs8' }),
    keys: [{ id: 'k1', secret: createHash('sha256').update('mesh').digest(), from: 0 }],
    authorities,
  });
  const credentials = readCredentials(line);
  if (!credentials.ok) throw new Error(credentials.error);
  const list = { issued: MESH_TIME, tokenIds: new Set(['token-of-b']) };
  const whole = Object.entries(DATA).map(([type, data], nth) => ({
    ...{ type, data, id: `message-${nth}`, source_node: 'a', source_region: 'eu', timestamp: time },
  }));
  const sealer = new FrameSealer(credentials.value, (bytes) => Buffer.alloc(bytes, 7));
  return {
    ...{ credentials: credentials.value, authorities, line },
    revocations: await signRevocations(list, MESH, authority),
    frame: sealer.seal(CHANNELS.defense_action, whole.slice(0, 1) as unknown as readonly Envelope[]),
    envelopes: whole.map((each) => JSON.stringify(each)),
  };
}

export interface HaltSeed {
  readonly publicKey: KeyObject;
  readonly order: string;
}

export function haltSeed(): HaltSeed {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const order = { epoch: 7, state: 'halted', at: MESH_TIME, by: 'ann', reason: 'a plugin' } as const;
  return { publicKey, order: JSON.stringify(signHalt(order, privateKey)) };
}

const attribute = new ProtoWriter()
  .text(1, 'host.name')
  .bytes(2, new ProtoWriter().text(1, 'web-1').finish())
  .finish();
const described = new ProtoWriter().bytes(1, attribute).bytes(2, attribute).finish();
const file = new ProtoWriter()
  .text(1, '')
  .bytes(2, new ProtoWriter().bytes(1, Buffer.from('a: 1')).text(2, 'text/yaml').finish())
  .finish();
/** AgentToServer of OpAMP. */
export const OPAMP: readonly Buffer[] = [
  new ProtoWriter()
    .bytes(1, Buffer.alloc(16, 7))
    .number(2, 3)
    .bytes(3, described)
    .number(4, 0x1807)
    .bytes(5, new ProtoWriter().number(1, 1).text(3, 'none').finish())
    .bytes(6, new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, file).finish()).finish())
    .bytes(7, new ProtoWriter().bytes(1, Buffer.alloc(32, 1)).number(2, 3).text(3, 'e').finish())
    .bytes(12, new ProtoWriter().text(1, 'io.aegis.halt').finish())
    .bytes(13, new ProtoWriter().text(1, 'io.aegis.halt').text(2, 'ack').bytes(3, Buffer.from('x')).finish())
    .finish(),
].map((bytes) => Buffer.from(bytes));

const entry = new ProtoWriter().text(1, 'remote_address').text(2, '192.0.2.1').finish();
const descriptor = new ProtoWriter()
  .bytes(1, entry)
  .bytes(2, new ProtoWriter().number(1, 10).number(2, 2).finish())
  .bytes(3, new ProtoWriter().number(1, 4).finish())
  .finish();
/** RateLimitRequest of Envoy. */
export const RATE_LIMIT: readonly Buffer[] = [
  Buffer.from(new ProtoWriter().text(1, 'edge').bytes(2, descriptor).number(3, 2).finish()),
];

const VERSION_TWO = '0d0a0d0a000d0a515549540a';
export const PROXY_PROTOCOL: readonly Buffer[] = [
  Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 4711 443\r\nGET / HTTP/1.1\r\n'),
  Buffer.from('PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\n'),
  Buffer.from(`${VERSION_TWO}2111000cc0000201c6336401126701bb`, 'hex'),
  // With an extension of no effect (PP2_TYPE_NOOP).
  Buffer.from(`${VERSION_TWO}21210028${'20010db8'.padEnd(32, '0').repeat(2)}000100020400010a`, 'hex'),
];

export const FLOWS: readonly string[] = [
  '#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\torig_bytes\tresp_bytes\n1655071198.4\t192.0.2.1\t62771\t198.51.100.1\t443\ttcp\t1.1\t1596\t4039',
  '{"ts":1655071198.4,"id.orig_h":"192.0.2.1","id.resp_h":"198.51.100.1","id.resp_p":443,"proto":"tcp","duration":1.1,"orig_bytes":1596,"resp_bytes":4039}',
  'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,bytes,outBytes\n2022-06-12 21:59:58.444,1.13,TCP,192.0.2.1,62771,198.51.100.1,443,1596,0',
  '{"at":1655071198444.4,"source":"192.0.2.1","destination":"198.51.100.1","port":443,"protocol":"tcp","duration_seconds":1.1,"sent_bytes":1,"received_bytes":4,"local":true,"name":"a.example"}',
];
