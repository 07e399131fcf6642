import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Address, clientAddresses, prefixMatcher, Result } from '@aegis/model';
import type { Caller, Gate } from './gate.ts';
import type { HttpConfig } from './http-config.ts';
import type { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Who asks, and what may be believed of what they say of themselves. */
export interface Admitted extends Caller {
  readonly clients: readonly [Address, ...Address[]];
  readonly proxied: boolean;
  /** Whether the browser speaks TLS: to us, or to a proxy that is believed. */
  readonly secure: boolean;
  /** By its lower-case name; the same header again is joined. */
  readonly header: (name: string) => string | undefined;
}

/** Throws like {@link Gate.admit}. */
export type Admission = (request: IncomingMessage, route: Route) => Result<Admitted, Problem>;

/** The other end of a connection. */
interface Peer {
  readonly address: Address;
  readonly isTrusted: boolean;
  readonly isSecure: boolean;
}

export function createAdmission(
  gate: Gate,
  { trustedProxies, forwardingHeaders }: Pick<HttpConfig, 'trustedProxies' | 'forwardingHeaders'>,
): Admission {
  const trusted = prefixMatcher(trustedProxies);
  const rules = { trusted, headers: forwardingHeaders };
  // A proxy asks thousands of times over one connection.
  const peers = new WeakMap<Socket, Peer>();

  function peerOf({ socket }: IncomingMessage): Peer {
    const known = peers.get(socket);
    if (known !== undefined) return known;
    const parsed = Address.parseLenient(socket.remoteAddress ?? '');
    // A socket that is already gone has no address; nobody will read the answer.
    const address = parsed.ok ? parsed.value : ('0.0.0.0' as Address);
    const peer = { address, isTrusted: trusted(address), isSecure: socket instanceof TLSSocket };
    peers.set(socket, peer);
    return peer;
  }

  return (request, route) => {
    const { headers } = request;
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    };
    const peer = peerOf(request);
    const clients = peer.isTrusted
      ? clientAddresses({ peer: peer.address, header }, rules)
      : ([peer.address] as const);
    const from = route.forVisitors === true ? peer.address : clients[0];
    const target = `${route.method} ${route.path}`;
    const secure = peer.isSecure || (peer.isTrusted && header('x-forwarded-proto') === 'https');
    const browser = { unsafe: request.method !== 'GET' && request.method !== 'HEAD', secure };
    const knock = { headers, from, target, connection: request.socket, browser };
    const caller = gate.admit(knock, route.permission);
    if (!caller.ok) return caller;
    return Result.ok({ ...caller.value, clients, proxied: peer.isTrusted, secure, header });
  };
}
