import type { TlsFiles } from '../../http/server-tls.ts';
import type { Section } from '../setting.ts';
import { flag, size, text, whole } from '../setting-kinds.ts';
import { HOST } from './host.ts';
import { SERVER_TLS } from './server-tls.ts';

export interface GrpcSettings {
  readonly enabled: boolean;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly maxMessageBytes: number;
  readonly maxConnections: number;
  readonly banShards: number;
  readonly tls: TlsFiles;
}

export const grpcSection: Section<GrpcSettings> = {
  is: 'section',
  key: 'grpc',
  doc: "A server that speaks gRPC: Envoy's external authorization, rate limit service and delta xDS, and Aegis' own check service. Whom of Envoy's peers to believe is said by http.trusted_proxies and http.forwarding_headers, as for every check.",
  members: {
    enabled: flag({
      key: 'enabled',
      doc: 'Turns it on.',
      initial: false,
    }),
    host: text({
      ...HOST,
      doc: 'The address to listen on. An Envoy on another machine needs one that it reaches.',
      cost: 'Without grpc.tls keys travel in clear text: listen elsewhere only with it, behind a proxy that ends TLS, or in a private network.',
    }),
    port: whole({
      key: 'port',
      doc: 'The TCP port. 0 takes a free one.',
      initial: 8412,
      min: 0,
      max: 65_535,
    }),
    maxMessageBytes: size({
      key: 'message',
      doc: 'The largest message that is taken.',
      cost: 'Each call under way may hold as much.',
      initial: '1MiB',
      min: '16KiB',
      max: '16MiB',
    }),
    maxConnections: whole({
      key: 'connections',
      doc: 'Connections at the same time. An Envoy opens one for each of its threads.',
      cost: 'Up to 10 MiB for each.',
      initial: 256,
      min: 1,
      max: 65_536,
    }),
    banShards: whole({
      key: 'ban_shards',
      doc: 'Parts in which banned addresses are pushed over xDS, each a filter of its own in Envoy: aegis-bans-0, aegis-bans-1, … A part takes about 180,000 addresses.',
      cost: 'Each is another filter that every request passes; fewer make each push larger.',
      initial: 4,
      min: 1,
      max: 64,
    }),
    tls: SERVER_TLS,
  },
};
