import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Address, type Logger } from '@aegis/model';
import type { Gate } from '../http/gate.ts';
import type { ServerTls } from '../http/server-tls.ts';
import type { Part } from '../node/lifecycle.ts';
import { ConnectionRoom } from './connection-room.ts';
import { type CallOptions, endCall, serveConversation, serveEach, serveUnary } from './grpc-call.ts';
import type { ConversingMethod, GrpcMethod } from './grpc-method.ts';
import { GRPC_STATUS, type GrpcFailure, grpcStatusOf } from './grpc-status.ts';

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly maxMessageBytes: number;
  readonly maxConnections: number;
  /** Absent: clear text. */
  readonly tls?: ServerTls;
  readonly methods: readonly GrpcMethod[];
  readonly gate: Gate;
  readonly logger: Logger;
}

/** Of one connection, at the same time. */
const MAX_CALLS = 1_000;
const WINDOW_BYTES = 1_048_576;
/** A connection without a byte for this long is asked whether it is alive, or closed where no call is open. */
const IDLE_MS = 60_000;
const HANDSHAKE_MS = 10_000;
const GRACE_MS = 2_000;
const AWAY: GrpcFailure = { status: GRPC_STATUS.unavailable, message: 'this node is going down' };

/**
 * gRPC over HTTP/2, framed by hand: a call costs less than half of what it costs with the general library
 * (docs/adr/0024-grpc-framed-by-hand.md). No compression, no deadlines: what is answered is answered at once.
 */
export class GrpcServer implements Part {
  readonly name: string = 'grpc';
  readonly #options: GrpcServerOptions;
  readonly #methods: ReadonlyMap<string, GrpcMethod>;
  readonly #server: Http2Server | Http2SecureServer;
  readonly #sessions: Set<ServerHttp2Session> = new Set();
  readonly #room: ConnectionRoom;
  readonly #peers: WeakMap<Http2Session, Peer> = new WeakMap();
  #arriving: Socket | undefined;
  readonly #conversations: Set<(failure: GrpcFailure) => void> = new Set();
  #place = '';

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    this.#methods = new Map(options.methods.map((method) => [method.path, method]));
    const settings = {
      maxConcurrentStreams: MAX_CALLS,
      initialWindowSize: WINDOW_BYTES,
      maxHeaderListSize: 16_384,
    };
    const { tls, maxConnections } = options;
    this.#server =
      tls === undefined
        ? createServer({ settings })
        : createSecureServer({ settings, ...tls, handshakeTimeout: HANDSHAKE_MS });
    // With TLS a connection is counted once it has shaken hands: as many again may be on their way to that.
    this.#server.maxConnections = tls === undefined ? Number.POSITIVE_INFINITY : 2 * maxConnections;
    this.#room = new ConnectionRoom(maxConnections);
    // Before the session of it, in the same turn; a session tells of its socket only through a proxy.
    this.#server.prependListener(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.#arriving = socket;
    });
    this.#server.on('session', (session) => this.#welcome(session));
    this.#server.on('stream', (stream, headers) => this.#serve(stream, headers));
  }

  /** Where it listens, `127.0.0.1:8412`; empty before it does. */
  get place(): string {
    return this.#place;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
    const { address, family, port: bound } = this.#server.address() as AddressInfo;
    this.#place = `${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const end of this.#conversations) end(AWAY);
    for (const session of this.#sessions) session.close();
    await Promise.race([closed, sleep(GRACE_MS)]);
    for (const session of this.#sessions) session.destroy();
    await closed;
  }

  #welcome(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    if (this.#arriving !== undefined) {
      const address = Address.parseLenient(this.#arriving.remoteAddress ?? '');
      this.#peers.set(session, { socket: this.#arriving, address: address.ok ? address.value : NOWHERE });
      this.#room.enter(this.#arriving);
    }
    session.once('close', () => this.#sessions.delete(session));
    // Whoever vanishes or speaks something else takes only itself away.
    session.on('error', () => session.destroy());
    session.setLocalWindowSize(WINDOW_BYTES);
    let calls = 0;
    let asked = false;
    session.on('stream', (stream: ServerHttp2Stream) => {
      calls++;
      stream.once('close', () => calls--);
    });
    session.setTimeout(IDLE_MS, () => {
      if (asked || calls === 0) return session.destroy();
      asked = true;
      session.ping(() => {
        asked = false;
      });
      session.setTimeout(IDLE_MS);
    });
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    stream.on('error', () => {});
    const { logger, maxMessageBytes } = this.#options;
    if (headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    const method = this.#methods.get(headers[':path'] ?? '');
    const refused = method === undefined ? NO_SUCH_METHOD : this.#refusal(method, stream, headers);
    const options = { stream, maxMessageBytes, logger };
    if (method === undefined || refused !== undefined) endCall(stream, refused ?? NO_SUCH_METHOD);
    else if (method.kind === 'conversation') this.#converse(method, options);
    else if (method.kind === 'unary') serveUnary(method, options);
    else serveEach(method, options);
  }

  #converse(method: ConversingMethod, options: CallOptions): void {
    const { stream } = options;
    const end = serveConversation(method, options);
    this.#conversations.add(end);
    stream.once('close', () => this.#conversations.delete(end));
  }

  /** Why the call is not served, where it is not. */
  #refusal(
    method: GrpcMethod,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ): GrpcFailure | undefined {
    const { session } = stream;
    const peer = session === undefined ? undefined : this.#peers.get(session);
    const knock = {
      ...{ headers, target: method.path },
      from: peer?.address ?? NOWHERE,
      connection: session ?? stream,
    };
    try {
      const caller = this.#options.gate.admit(knock, method.permission);
      if (caller.ok) {
        if (peer !== undefined) this.#room.prove(peer.socket);
        return undefined;
      }
      return { status: grpcStatusOf(caller.error.status), message: caller.error.detail };
    } catch {
      return { status: GRPC_STATUS.unavailable, message: 'API keys cannot be verified now' };
    }
  }
}

/** The other end of a connection. */
interface Peer {
  readonly socket: Socket;
  readonly address: Address;
}

/** Of a connection that was gone before it was looked at. */
const NOWHERE = '0.0.0.0' as Address;

const NO_SUCH_METHOD: GrpcFailure = {
  status: GRPC_STATUS.unimplemented,
  message: 'there is no such method here',
};
