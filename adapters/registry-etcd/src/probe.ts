import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { EtcdTls } from './etcd-options.ts';

/**
 * Why nobody answers at `host:port`, in words; undefined where somebody does. gRPC says less, and does not let go of a
 * connection whose TLS never comes about.
 */
export function probe(
  endpoint: string,
  tls: EtcdTls | undefined,
  withinMs: number,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const at = new URL(`tcp://${endpoint}`);
  const address = { host: at.hostname.replace(/^\[|\]$/g, ''), port: Number(at.port) };
  const { serverName: servername, ...pem } = tls ?? {};
  const socket: Socket =
    tls === undefined
      ? connect(address)
      : connectTls({ ...address, ...pem, ALPNProtocols: ['h2'], ...(servername && { servername }) });
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => resolve(undefined));
  socket.once('error', ({ message }) => resolve(message));
  socket.once('close', () => resolve('the connection was closed'));
  socket.setTimeout(withinMs, () => resolve('nothing answers'));
  return promise.finally(() => socket.destroy());
}
