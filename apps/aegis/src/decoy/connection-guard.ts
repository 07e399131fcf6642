import { type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Address } from '@aegis/model';
import type { DecoyLimits } from './decoy-limits.ts';

interface Peer {
  readonly address: Address;
  readonly port: number;
}

export interface ConnectionGuard {
  /** Who is at the other end; undefined for a connection that was refused. */
  peerOf(socket: Duplex): Peer | undefined;
  /** Counts one more request on it, and tells how many there were. */
  countRequest(socket: Duplex): number;
  /** Whether anything ever came over it. Browsers connect ahead of need and may stay silent. */
  hasSpoken(socket: Duplex): boolean;
}

/** Bounds the connections of a server in number, number per client and life, and remembers who made them. */
export function guardConnections(server: Server, limits: DecoyLimits): ConnectionGuard {
  const peers = new WeakMap<Duplex, Peer>();
  const requests = new WeakMap<Duplex, number>();
  const open = new Map<Address, number>();
  server.maxConnections = limits.maxConnections;
  // Ahead of the HTTP server's own listener, which begins to read.
  server.prependListener('connection', (socket: Socket) => {
    // A reset is the client's affair; without a listener it would end the process.
    socket.on('error', () => {});
    const address = Address.parseLenient(socket.remoteAddress ?? '');
    const count = address.ok ? (open.get(address.value) ?? 0) : 0;
    if (!address.ok || count >= limits.maxConnectionsPerClient) {
      socket.destroy();
      return;
    }
    const client = address.value;
    peers.set(socket, { address: client, port: socket.remotePort ?? 0 });
    open.set(client, count + 1);
    const life = setTimeout(() => socket.destroy(), limits.connectionMs);
    socket.once('close', () => {
      clearTimeout(life);
      const left = (open.get(client) ?? 1) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
  });
  return {
    peerOf: (socket) => peers.get(socket),
    countRequest(socket) {
      const count = (requests.get(socket) ?? 0) + 1;
      requests.set(socket, count);
      return count;
    },
    hasSpoken: (socket) => socket instanceof Socket && socket.bytesRead > 0,
  };
}
