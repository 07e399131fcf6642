import { readAgentMessage, readHalt } from '@aegis/fleet';
import { createFlowReader, FLOW_FORMATS } from '@aegis/hunt';
import {
  CHANNELS,
  type Channel,
  type Envelope,
  FrameOpener,
  FrameSealer,
  Members,
  readCredentials,
  readRevocations,
} from '@aegis/mesh';
import { readRateLimitRequest } from '../grpc/envoy/rate-limit-request.ts';
import { readProxyHeader } from '../http/proxy-protocol/proxy-header.ts';
import { type Face, face } from './face.ts';
import * as seeds from './protocol-seeds.ts';

const mesh = await seeds.meshSeeds();
const { credentials, authorities, envelopes } = mesh;
const opener = new FrameOpener(credentials, new Members(credentials.mesh, authorities));
const sealer = new FrameSealer(credentials, (bytes) => Buffer.alloc(bytes, 7));
const halt = seeds.haltSeed();
const channels = Object.values(CHANNELS);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What nodes, agents and proxies say in protocols of their own. */
export const PROTOCOL_FACES: readonly Face[] = [
  {
    name: 'frames of the mesh, as the bus gives them',
    seeds: [mesh.frame],
    async feed(_, text) {
      const opened = await opener.open({ channel: CHANNELS.defense_action, text, at: seeds.MESH_TIME });
      // Base64 has several spellings of the same bytes.
      const isSame = Buffer.from(text.split('.')[2] ?? '', 'base64').equals(
        Buffer.from(mesh.frame.split('.')[2] ?? '', 'base64'),
      );
      return opened.ok && !isSame ? `a forged frame: ${text}` : undefined;
    },
  },
  {
    name: 'envelopes of the mesh, from a member',
    seeds: envelopes,
    async feed(_, text) {
      const value = parsed(text);
      if (value === undefined) return undefined;
      const { type } = (value ?? {}) as { readonly type?: unknown };
      const channel: Channel = CHANNELS[type as keyof typeof CHANNELS] ?? (channels[0] as Channel);
      const frame = sealer.seal(channel, [value as Envelope]);
      const opened = await opener.open({ channel, text: frame, at: seeds.MESH_TIME });
      if (!opened.ok) return `a frame of a member does not open: ${opened.error.detail}`;
      const others = opened.value.envelopes.filter(({ source_node }) => source_node !== credentials.node);
      return others.length === 0 ? undefined : `in the name of another node: ${text}`;
    },
  },
  face('node tokens of the mesh', [mesh.line], (_, text) => void readCredentials(text)),
  {
    name: 'lists of revoked tokens',
    seeds: [mesh.revocations],
    async feed(_, text) {
      const read = await readRevocations(text, credentials.mesh, authorities);
      const isSame = read.ok && read.value.tokenIds.has('token-of-b') && read.value.tokenIds.size === 1;
      return read.ok && !isSame ? `a forged list: ${text}` : undefined;
    },
  },
  face('OpAMP messages of agents', seeds.OPAMP, (bytes) => void readAgentMessage(bytes)),
  {
    name: 'signed halt orders',
    seeds: [halt.order],
    feed(_, text) {
      const read = readHalt(text, halt.publicKey);
      return read.ok && read.value.epoch !== 7 ? `a forged order: ${text}` : undefined;
    },
  },
  face('rate limit requests of Envoy', seeds.RATE_LIMIT, (bytes) => void readRateLimitRequest(bytes)),
  face('PROXY protocol headers', seeds.PROXY_PROTOCOL, (bytes) => void readProxyHeader(bytes)),
  ...FLOW_FORMATS.map((format) =>
    face(`flow reader ${format}`, seeds.FLOWS, (_, text) => {
      const reader = createFlowReader(format);
      for (const line of text.split('\n')) reader.read(line);
    }),
  ),
];
