import type { SessionizerOptions } from '@aegis/analyze';
import type { DecoyLimits } from '../../decoy/decoy-limits.ts';
import type { Section } from '../setting.ts';
import { duration, flag, size, text, whole } from '../setting-kinds.ts';
import { HOST } from './host.ts';

export interface DecoySettings {
  readonly enabled: boolean;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly sessions: DecoySessions;
  readonly limits: DecoyLimits;
}

/** How requests become sessions. */
type DecoySessions = Omit<SessionizerOptions, 'source'>;

const sessions: Section<DecoySessions> = {
  is: 'section',
  key: 'sessions',
  doc: 'How requests of one client (address, user agent and cookie) become a session.',
  members: {
    idleMs: duration({
      key: 'idle',
      doc: 'A client quiet for this long has ended its session, which is then analyzed.',
      cost: 'Decisions come this much later, and more sessions are open at once.',
      initial: '75s',
      min: '100ms',
      max: '1h',
    }),
    latenessMs: duration({
      key: 'lateness',
      doc: 'How much later than its neighbours a request may be told of and still find its session open.',
      cost: 'Every session ends this much later.',
      initial: '5s',
      min: '0s',
      max: '10m',
    }),
    maxDurationMs: duration({
      key: 'length',
      doc: 'A session that lasts longer is ended and another begun.',
      cost: 'A visitor who never pauses is analyzed this much later.',
      initial: '1h',
      min: '1s',
      max: '24h',
    }),
    maxOpen: whole({
      key: 'open',
      doc: 'Open sessions at most. At the bound the one that has been quiet longest ends early.',
      cost: 'Memory, within "held".',
      initial: 10_000,
      min: 10,
      max: 1_000_000,
      unit: 'sessions',
    }),
    maxSessionUnits: whole({
      key: 'session_size',
      doc: 'Characters that one session may hold; above it the session ends early. Bounds what is sent on as one message.',
      cost: 'Memory: up to 2 bytes each, and messages as large.',
      initial: 1024 * 1024,
      min: 16 * 1024,
      max: 16 * 1024 * 1024,
      unit: 'characters',
    }),
    maxHeldUnits: whole({
      key: 'held',
      doc: 'Characters that open sessions may hold together; above it sessions end early in the same way.',
      cost: 'Memory: up to 2 bytes each.',
      initial: 64 * 1024 * 1024,
      min: 1024 * 1024,
      max: 1024 * 1024 * 1024,
      unit: 'characters',
    }),
    firstObservations: whole({
      key: 'first_requests',
      doc: 'Requests kept from the beginning of a session; all of them are counted.',
      cost: 'Memory while the session is open, time to analyze it, room in the archive.',
      initial: 160,
      min: 1,
      max: 10_000,
      unit: 'requests',
    }),
    oddObservations: whole({
      key: 'odd_requests',
      doc: 'Requests kept from the rest of a session, the oddest ones.',
      cost: 'As first_requests.',
      initial: 96,
      min: 0,
      max: 10_000,
      unit: 'requests',
    }),
  },
};

const limits: Section<DecoyLimits> = {
  is: 'section',
  key: 'limits',
  doc: 'Visitors are hostile: whatever they can fill has a bound.',
  members: {
    maxConnections: whole({
      key: 'connections',
      doc: 'Open connections at most; more are closed at once.',
      cost: 'About 100 KiB and one file descriptor each: raise "ulimit -n" with it.',
      initial: 512,
      min: 1,
      max: 65_536,
      unit: 'connections',
    }),
    maxConnectionsPerClient: whole({
      key: 'connections_per_client',
      doc: 'Open connections of one address, so that no visitor shuts out the others.',
      cost: 'Fewer visitors can shut out all others.',
      initial: 64,
      min: 1,
      max: 65_536,
      unit: 'connections',
    }),
    maxRequestsPerConnection: whole({
      key: 'requests_per_connection',
      doc: 'Requests on one connection; it is closed after the last.',
      cost: 'A fast visitor keeps its place for longer.',
      initial: 1000,
      min: 1,
      max: 1_000_000,
      unit: 'requests',
    }),
    maxHeaderBytes: size({
      key: 'headers',
      doc: 'The largest block of request headers.',
      cost: 'Each connection may hold this much memory.',
      initial: '16KiB',
      min: '4KiB',
      max: '256KiB',
    }),
    keptBodyBytes: size({
      key: 'kept_body',
      doc: 'How much of a request body is kept for analysis.',
      cost: 'Memory per kept request, time to analyze it, room in the archive.',
      initial: '8KiB',
      min: '1KiB',
      max: '1MiB',
    }),
    maxBodyBytes: size({
      key: 'body',
      doc: 'How much of a request body is read at all; a larger one is refused.',
      cost: 'Traffic that visitors can make.',
      initial: '256KiB',
      min: '1KiB',
      max: '64MiB',
    }),
    headersTimeoutMs: duration({
      key: 'headers_timeout',
      doc: 'How long a visitor may take to send the request line and headers.',
      cost: 'Slow or silent visitors hold their connection for this long.',
      initial: '10s',
      min: '1s',
      max: '10m',
    }),
    requestTimeoutMs: duration({
      key: 'request_timeout',
      doc: 'How long a visitor may take to send a whole request.',
      cost: 'As headers_timeout.',
      initial: '20s',
      min: '1s',
      max: '10m',
    }),
    keepAliveMs: duration({
      key: 'keep_alive',
      doc: 'How long a connection stays open for the next request.',
      cost: 'Idle connections count against "connections".',
      initial: '5s',
      min: '1s',
      max: '10m',
    }),
    silenceMs: duration({
      key: 'silence',
      doc: 'A connection on which nothing passes for this long is closed.',
      cost: 'As headers_timeout.',
      initial: '30s',
      min: '1s',
      max: '10m',
    }),
    connectionMs: duration({
      key: 'connection_length',
      doc: 'The longest life of a connection, whatever happens on it.',
      cost: 'A visitor keeps its place for longer.',
      initial: '2m',
      min: '1s',
      max: '1h',
    }),
  },
};

export const decoySection: Section<DecoySettings> = {
  is: 'section',
  key: 'decoy',
  doc: 'The built-in web decoy: a small site that nobody has a reason to visit. It executes nothing.',
  members: {
    enabled: flag({ key: 'enabled', doc: 'Whether to open it.', initial: true }),
    host: text({
      ...HOST,
      doc: 'The address to listen on. Attackers find it only where they can reach it: 0.0.0.0 or "::" is every interface.',
    }),
    port: whole({
      key: 'port',
      doc: 'The TCP port to listen on; 0 takes a free one.',
      initial: 8480,
      min: 0,
      max: 65_535,
    }),
    sessions,
    limits,
  },
};
