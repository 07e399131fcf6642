import type { HttpConfig, HttpLimits } from '../../http/http-config.ts';
import type { Section } from '../setting.ts';
import { choices, duration, flag, prefixes, size, text, whole } from '../setting-kinds.ts';
import { FILE_NAME } from './file-name.ts';
import { HOST } from './host.ts';
import { proxyProtocolSection } from './proxy-protocol-section.ts';
import { SERVER_TLS } from './server-tls.ts';

const limits: Section<HttpLimits> = {
  is: 'section',
  key: 'limits',
  doc: 'What the API puts up with.',
  members: {
    bodyBytes: size({
      key: 'body',
      doc: 'The largest body of a request.',
      cost: 'Each request under way may hold several times this much memory.',
      initial: '1MiB',
      min: '1KiB',
      max: '64MiB',
    }),
    intakeBodyBytes: size({
      key: 'intake_body',
      doc: 'The largest body with many sessions or decisions at once.',
      cost: 'Each upload under way may hold several times this much memory.',
      initial: '16MiB',
      min: '64KiB',
      max: '256MiB',
    }),
    streamBytes: size({
      key: 'stream',
      doc: 'The largest NDJSON stream that is sent in. It is never held in memory as a whole.',
      cost: 'One client can keep the node busy for longer.',
      initial: '1GiB',
      min: '1MiB',
      max: '100GiB',
    }),
    lineBytes: size({
      key: 'line',
      doc: 'The longest line of such a stream.',
      cost: 'Each stream under way may hold several times this much memory.',
      initial: '1MiB',
      min: '1KiB',
      max: '64MiB',
    }),
    headerBytes: size({
      key: 'headers',
      doc: 'The largest block of request headers.',
      cost: 'Each connection may hold this much memory.',
      initial: '16KiB',
      min: '4KiB',
      max: '256KiB',
    }),
    connections: whole({
      key: 'connections',
      doc: 'Open connections at most; more are closed at once.',
      cost: 'About 20 KiB and one file descriptor each: raise "ulimit -n" with it.',
      initial: 4096,
      min: 16,
      max: 65_536,
      unit: 'connections',
    }),
    followers: whole({
      key: 'followers',
      doc: 'Clients that follow the stream of decisions at once.',
      cost: 'Every change is written to each of them.',
      initial: 1000,
      min: 0,
      max: 65_536,
      unit: 'clients',
    }),
    headersTimeoutMs: duration({
      key: 'headers_timeout',
      doc: 'How long a client may take to send the request line and headers.',
      cost: 'Slow or silent clients hold their connection for this long.',
      initial: '10s',
      min: '1s',
      max: '10m',
    }),
    requestTimeoutMs: duration({
      key: 'request_timeout',
      doc: 'How long a client may take to send a whole request.',
      cost: 'As headers_timeout.',
      initial: '30s',
      min: '1s',
      max: '1h',
    }),
    idleTimeoutMs: duration({
      key: 'idle_timeout',
      doc: 'How long nothing at all may pass on a connection while a request is under way.',
      cost: 'Connections that have died unnoticed are kept for this long.',
      initial: '2m',
      min: '1s',
      max: '1h',
    }),
    keepAliveMs: duration({
      key: 'keep_alive',
      doc: 'How long a connection stays open for the next request. Longer than the proxy in front keeps its own, or the proxy meets closed connections.',
      cost: 'Idle connections count against "connections".',
      initial: '75s',
      min: '1s',
      max: '1h',
    }),
    heartbeatMs: duration({
      key: 'heartbeat',
      doc: 'How often a stream of decisions gives a sign of life. Shorter than any proxy between waits.',
      cost: 'Followers notice a dead connection this much later.',
      initial: '15s',
      min: '1s',
      max: '5m',
    }),
    graceMs: duration({
      key: 'grace',
      doc: 'How long requests under way may take to finish when the node stops.',
      cost: 'Stopping takes longer.',
      initial: '10s',
      min: '0s',
      max: '5m',
    }),
  },
};

export const httpSection: Section<HttpConfig> = {
  is: 'section',
  key: 'http',
  doc: 'The HTTP API and the check endpoint.',
  members: {
    host: text({
      ...HOST,
      doc: 'The address to listen on. The default is reached from this machine only; 0.0.0.0 or "::" is every interface.',
      cost: 'Without http.tls API keys travel in clear text: listen elsewhere only with it, behind a proxy that ends TLS, or in a private network.',
    }),
    port: whole({
      key: 'port',
      doc: 'The TCP port to listen on; 0 takes a free one.',
      initial: 8411,
      min: 0,
      max: 65_535,
    }),
    openCheck: flag({
      key: 'open_check',
      doc: 'Lets everyone who can connect ask for verdicts without a key, as some proxies need it. Explanations still need one.',
      cost: 'Whoever can connect can find out who is blocked.',
      initial: false,
    }),
    trustedProxies: prefixes({
      key: 'trusted_proxies',
      doc: 'Proxies whose forwarding headers are believed; those of anyone else are ignored. With all private networks here, the client is the last address of X-Forwarded-For that is not private.',
      cost: 'Whoever is in this list can pretend to be any address.',
      most: 256,
    }),
    forwardingHeaders: choices({
      key: 'forwarding_headers',
      doc: 'The headers that those proxies write themselves. One that a proxy merely passes on was written by whoever connected to it, so name only the one that yours sets.',
      cost: 'Each one more is another that a client may forge.',
      initial: ['x-forwarded-for', 'x-real-ip'],
      choices: ['x-forwarded-for', 'x-real-ip', 'forwarded'],
    }),
    tellReason: flag({
      key: 'tell_reason',
      doc: 'Sends X-Aegis-Reason with refusals of the forward-auth check. Some proxies (Traefik, Caddy) hand the whole answer to the visitor.',
      cost: 'Attackers may learn why they were refused.',
      initial: false,
    }),
    blockPage: text({
      ...FILE_NAME,
      key: 'block_page',
      doc: 'A file with the page (HTML, 64 KiB) that people see who are refused, where the proxy hands on what the check answers; {reference} in it becomes what they can ask you about. Empty: a plain one. Programs are answered with problem+json.',
    }),
    tls: SERVER_TLS,
    proxyProtocol: proxyProtocolSection,
    limits,
  },
};
