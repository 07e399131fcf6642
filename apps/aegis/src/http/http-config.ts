import type { ForwardingHeader, Prefix } from '@aegis/model';
import type { TlsFiles } from './server-tls.ts';

/** How the API listens and whom it believes. */
export interface HttpConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Lets everyone who can connect ask for verdicts without a key; explanations still need one. */
  readonly openCheck: boolean;
  /**
   * Proxies whose forwarding headers are believed; those of anyone else are ignored. All private networks here
   * give the rule "the last address of X-Forwarded-For that is not private".
   */
  readonly trustedProxies: readonly Prefix[];
  /**
   * The headers that those proxies write themselves. A header that a proxy merely passes on was written by
   * whoever connected to it, so name only the one that yours sets where you know it.
   */
  readonly forwardingHeaders: readonly ForwardingHeader[];
  /**
   * Sends `X-Aegis-Reason` with refusals of the forward-auth check too. Some proxies (Traefik, Caddy) hand the
   * whole answer to the visitor, who must not see why.
   */
  readonly tellReason: boolean;
  /** A file with the page for people who are refused, see `readBlockPage`; empty: ours. */
  readonly blockPage: string;
  readonly tls: TlsFiles;
  readonly proxyProtocol: ProxyProtocolSettings;
  readonly limits: HttpLimits;
}

/** A second port, where each connection begins with the PROXY protocol. */
export interface ProxyProtocolSettings {
  readonly enabled: boolean;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Who may connect there, and is believed. */
  readonly from: readonly Prefix[];
}

/** What the server puts up with. Sizes in bytes, times in ms. */
export interface HttpLimits {
  /** Of a body. Raising it costs several times as much memory for each request under way. */
  readonly bodyBytes: number;
  /** Of a body with many sessions or decisions at once. */
  readonly intakeBodyBytes: number;
  /** Of a whole NDJSON stream, which is never held in memory. */
  readonly streamBytes: number;
  /** Of one line of it. */
  readonly lineBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
  /** Followers of decision changes. */
  readonly followers: number;
  /** To send the request line and headers. */
  readonly headersTimeoutMs: number;
  /** To send a whole request. */
  readonly requestTimeoutMs: number;
  /** Without a byte in either direction while a request is under way. */
  readonly idleTimeoutMs: number;
  /** Between two requests on one connection. */
  readonly keepAliveMs: number;
  /** Between two signs of life on a stream of changes. */
  readonly heartbeatMs: number;
  /** How long requests under way may take to finish when the server closes. */
  readonly graceMs: number;
}

/** For a node that serves its own machine. */
export const LOCAL_HTTP: HttpConfig = Object.freeze({
  host: '127.0.0.1',
  port: 8411,
  openCheck: false,
  trustedProxies: [],
  forwardingHeaders: ['x-forwarded-for', 'x-real-ip'] as const,
  tellReason: false,
  blockPage: '',
  tls: Object.freeze({ certFile: '', keyFile: '', clientCaFile: '' }),
  proxyProtocol: Object.freeze({ enabled: false, host: '127.0.0.1', port: 8413, from: [] }),
  limits: Object.freeze({
    bodyBytes: 1_048_576,
    intakeBodyBytes: 16 * 1_048_576,
    streamBytes: 1_024 * 1_048_576,
    lineBytes: 1_048_576,
    headerBytes: 16_384,
    connections: 4_096,
    followers: 1_000,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    idleTimeoutMs: 120_000,
    keepAliveMs: 75_000,
    heartbeatMs: 15_000,
    graceMs: 10_000,
  }),
});
