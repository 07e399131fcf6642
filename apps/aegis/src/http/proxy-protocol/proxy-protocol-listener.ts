import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Address, type Clock, type Logger, type Prefix, prefixMatcher } from '@aegis/model';
import { type HeaderFault, readProxyHeader } from './proxy-header.ts';

/** Why a connection was ended before its first request. */
export type ProxyRefusal = HeaderFault | 'stranger' | 'slow';

export interface ProxyProtocolOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Who may connect; everyone of them begins each connection with the header. */
  readonly from: readonly Prefix[];
  /** For the whole header, ms. */
  readonly headerTimeoutMs: number;
  readonly connections: number;
  /** Takes over a connection whose `remoteAddress` is the client's. */
  readonly serve: (socket: Socket) => void;
  readonly onRefused: (why: ProxyRefusal) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The same refusal is logged once in this time, ms. */
const QUIET_MS = 60_000;

/**
 * A port for proxies that pass connections on as they are and say by the PROXY protocol whose they are. There is no
 * guessing: without the header, from a stranger, or with a header that is malformed, slow or too long, a connection
 * ends. At most one header's bytes and one read are held for each.
 */
export class ProxyProtocolListener {
  readonly #options: ProxyProtocolOptions;
  readonly #mayConnect: (address: Address) => boolean;
  readonly #server: Server;
  readonly #waiting: Set<Socket> = new Set();
  readonly #loggedAt: Map<ProxyRefusal, number> = new Map();

  constructor(options: ProxyProtocolOptions) {
    this.#options = options;
    this.#mayConnect = prefixMatcher(options.from);
    this.#server = createServer({ noDelay: true }, (socket) => this.#welcome(socket));
    this.#server.maxConnections = options.connections;
  }

  /** Where it listens, `127.0.0.1:8413`. Rejects where the address is taken. */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
    const { address, family, port: bound } = this.#server.address() as AddressInfo;
    return `${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  }

  /** Takes nothing new and drops who has not said yet who it is; those that are served are left to `serve`. */
  close(): void {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
  }

  #welcome(socket: Socket): void {
    const drop = (): void => void socket.destroy();
    socket.on('error', drop);
    const peer = Address.parse(socket.remoteAddress ?? '');
    if (!peer.ok || !this.#mayConnect(peer.value)) {
      this.#refuse(socket, 'stranger');
      return;
    }
    this.#waiting.add(socket);
    const late = setTimeout(() => this.#refuse(socket, 'slow'), this.#options.headerTimeoutMs);
    const settle = (): void => {
      clearTimeout(late);
      this.#waiting.delete(socket);
      socket.off('data', read).off('close', settle);
    };
    let held: Buffer = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const outcome = readProxyHeader(held);
      if (!outcome.ok) {
        this.#refuse(socket, outcome.error);
        return;
      }
      if (outcome.value === undefined) return;
      settle();
      socket.off('error', drop);
      const { length, source } = outcome.value;
      if (source !== undefined) Object.defineProperty(socket, 'remoteAddress', { value: source });
      if (length < held.length) socket.unshift(held.subarray(length));
      this.#options.serve(socket);
    };
    socket.on('data', read).on('close', settle);
  }

  #refuse(socket: Socket, why: ProxyRefusal): void {
    const { onRefused, clock, logger } = this.#options;
    onRefused(why);
    const from = socket.remoteAddress;
    const now = clock.now();
    if (now - (this.#loggedAt.get(why) ?? Number.NEGATIVE_INFINITY) >= QUIET_MS) {
      this.#loggedAt.set(why, now);
      logger.warn({ from, why }, 'a connection to the PROXY protocol port was refused');
    }
    socket.resetAndDestroy();
  }
}
