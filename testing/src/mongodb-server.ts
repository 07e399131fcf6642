import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptsConnections } from './accepts-connections.ts';
import { ferretdbProgram } from './ferretdb-program.ts';
import { freePort } from './free-port.ts';
import { type RealServer, startServer } from './real-server.ts';

/** A server that speaks MongoDB's protocol, on a free port of loopback, with a folder of its own. */
export interface MongodbServer {
  /** `mongodb://127.0.0.1:27018/` */
  readonly url: string;
  /** Of the process that runs now. */
  readonly server: RealServer;
  /** Starts it again after `server.kill()` or `server.stop()`: same port, same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** `mongod` where one is on the PATH, otherwise FerretDB. */
export async function startMongodb(): Promise<MongodbServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-mongodb-'));
  const port = await freePort();
  const hasMongod = spawnSync('mongod', ['--version']).error === undefined;
  const command = hasMongod
    ? (['mongod', '--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'] as const)
    : ([ferretdbProgram(), `127.0.0.1:${port}`, folder] as const);
  const start = (): Promise<RealServer> =>
    startServer({
      name: 'mongodb',
      command: [...command],
      cwd: folder,
      ready: () => acceptsConnections(port),
    });
  let server = await start();
  return {
    url: `mongodb://127.0.0.1:${port}/`,
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
