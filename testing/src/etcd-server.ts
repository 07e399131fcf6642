import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { freePort } from './free-port.ts';
import { type RealServer, startServer } from './real-server.ts';

export interface EtcdOptions {
  /** Clients speak TLS at the endpoint, and show a certificate of the same authority. */
  readonly tls?: Certificates;
  /** More words for `etcd`: `['--quota-backend-bytes', '20000000']`. */
  readonly args?: readonly string[];
}

/** A real etcd on free ports of loopback, with a folder of its own. */
export interface EtcdServer {
  /** For clients: `127.0.0.1:2379`. */
  readonly endpoint: string;
  /** Of the process that runs now. */
  readonly server: RealServer;
  /** Starts it again after `server.kill()` or `server.stop()`: same ports, same data. */
  start(): Promise<void>;
  /** Asks its JSON gateway, where no TLS is needed: `ask('kv/compaction', { revision: '7' })`. Throws what it refuses. */
  ask(
    path: string,
    body: Readonly<Record<string, unknown>>,
    token?: string,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Where a member will be, before it is started. */
export interface EtcdPlace {
  readonly name: string;
  readonly peerPort: number;
  readonly clientPort: number;
  /** Without TLS, for the test alone. */
  readonly plainPort: number;
}

export async function etcdPlace(name: string, tls: boolean): Promise<EtcdPlace> {
  const [peerPort, clientPort] = [await freePort(), await freePort()];
  return { name, peerPort, clientPort, plainPort: tls ? await freePort() : clientPort };
}

/** One that is a cluster by itself. */
export async function startEtcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const place = await etcdPlace('etcd-1', options.tls !== undefined);
  return startMember(place, [place], options);
}

/** One of `places`; ready once there is a leader, so all of them have to be started together. */
export async function startMember(
  { name, peerPort, clientPort, plainPort }: EtcdPlace,
  places: readonly EtcdPlace[],
  { tls, args = [] }: EtcdOptions,
): Promise<EtcdServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-etcd-'));
  const at = (port: number, scheme: 'http' | 'https' = 'http'): string => `${scheme}://127.0.0.1:${port}`;
  const clients = tls === undefined ? at(clientPort) : [at(clientPort, 'https'), at(plainPort)].join(',');
  const flags: Readonly<Record<string, string>> = {
    name,
    'data-dir': folder,
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': at(peerPort),
    'initial-advertise-peer-urls': at(peerPort),
    'initial-cluster': places.map((each) => `${each.name}=${at(each.peerPort)}`).join(','),
    'log-level': 'warn',
    logger: 'zap',
    ...(tls === undefined
      ? {}
      : {
          'cert-file': tls.certFile,
          'key-file': tls.keyFile,
          'trusted-ca-file': tls.caFile,
          'client-cert-auth': 'true',
        }),
  };
  const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const start = (): Promise<RealServer> =>
    startServer({
      name: 'etcd',
      command: ['etcd', ...words, ...args],
      ready: async () => (await fetch(`${at(plainPort)}/health`)).ok,
    });
  let server = await start();
  return {
    endpoint: `127.0.0.1:${clientPort}`,
    get server() {
      return server;
    },
    async start() {
      server = await start();
    },
    async ask(path, body, token) {
      const answer = await fetch(`${at(plainPort)}/v3/${path}`, {
        method: 'POST',
        ...(token === undefined ? {} : { headers: { authorization: token } }),
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`etcd refused ${path}: ${await answer.text()}`);
      return (await answer.json()) as Readonly<Record<string, unknown>>;
    },
    async remove() {
      // A member that leads takes seconds to leave in order, and its data goes anyway.
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
