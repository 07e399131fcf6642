import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type RealServer, startServer } from './real-server.ts';

export interface RedisOptions {
  /** More words for `redis-server`: `['--maxmemory', '50mb']`. Persistence is an append-only file, fsync always. */
  readonly args?: readonly string[];
  /** It will be one of a Cluster, and needs a second free port to talk to the others. */
  readonly clusterBus?: boolean;
}

/** A real Redis on a free port of loopback, with a folder of its own. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** `redis://127.0.0.1:6390` */
  readonly url: string;
  readonly folder: string;
  /** Of the process that runs now. */
  readonly server: RealServer;
  /** Starts it again after `server.kill()` or `server.stop()`: same port, same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export async function startRedis({ args = [], clusterBus = false }: RedisOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-redis-'));
  const port = await freePort();
  const host = '127.0.0.1';
  const persistence = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const bus = clusterBus ? ['--cluster-port', String(await freePort())] : [];
  const words = ['--port', String(port), ...bus, '--bind', host, '--dir', folder, ...persistence, ...args];
  const start = (): Promise<RealServer> =>
    startServer({ name: 'redis', command: ['redis-server', ...words], ready: () => answersPing(host, port) });
  let server = await start();
  return {
    host,
    port,
    url: `redis://${host}:${port}`,
    folder,
    get server() {
      return server;
    },
    async start() {
      server = await start();
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Any answer of the protocol will do, but for `-LOADING`: a Redis with a password refuses PING, and is there. */
async function answersPing(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    socket.write('PING\r\n');
    const [chunk] = (await Array.fromAsync(firstChunk(socket))) as [Buffer];
    const answer = chunk.toString();
    return /^[-+]/.test(answer) && !answer.startsWith('-LOADING');
  } finally {
    socket.destroy();
  }
}

async function* firstChunk(socket: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const chunk of socket) {
    yield chunk;
    return;
  }
}
