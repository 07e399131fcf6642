import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { postgresProgram } from './postgres-program.ts';
import { type RealServer, startServer } from './real-server.ts';
import { ordinaryUser } from './system-user.ts';

export interface PostgresOptions {
  /** More words for `postgres`: `['-c', 'shared_preload_libraries=timescaledb']`. */
  readonly args?: readonly string[];
}

/** A real PostgreSQL on a free port of loopback, with a folder of its own; it trusts whoever connects. */
export interface PostgresServer {
  readonly port: number;
  /** `postgres://aegis@127.0.0.1:5433/postgres`, of its superuser. */
  readonly url: string;
  /** Of the process that runs now. */
  readonly server: RealServer;
  /** Starts it again after `server.kill()` or `server.stop()`: same port, same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** Small, and without flushes to disk: what a test kills is the process, never the machine. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
};

export async function startPostgres({ args = [] }: PostgresOptions = {}): Promise<PostgresServer> {
  const user = ordinaryUser();
  const folder = mkdtempSync(join(tmpdir(), 'aegis-postgres-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const options = ['--no-sync', '--no-instructions', '--auth=trust', '--encoding=UTF8', '--locale=C'];
  execFileSync(postgresProgram('initdb'), ['-D', folder, '-U', 'aegis', ...options], {
    ...user,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = (): Promise<RealServer> =>
    startServer({
      name: 'postgres',
      command: [postgresProgram('postgres'), '-D', folder, '-p', String(port), ...settings, ...args],
      cwd: folder,
      ...(user === undefined ? {} : { user }),
      ready: () => asksForAuthentication(port),
    });
  let server = await start();
  return {
    port,
    url: `postgres://aegis@127.0.0.1:${port}/postgres`,
    get server() {
      return server;
    },
    async start() {
      server = await start();
    },
    async remove() {
      // SIGINT ends its sessions; SIGTERM would wait for them.
      if (server.isRunning()) process.kill(server.pid, 'SIGINT');
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether it answers a start-up message with `R` and not, as while it starts, with an error. */
function asksForAuthentication(port: number): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port });
  socket.once('error', reject);
  socket.once('close', () => resolve(false));
  socket.once('data', (answer) => {
    resolve(answer.toString('latin1').startsWith('R'));
    socket.destroy();
  });
  const words = Buffer.from('user\0aegis\0database\0postgres\0\0', 'latin1');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + words.length);
  head.writeInt32BE(196_608, 4);
  socket.write(Buffer.concat([head, words]));
  return promise;
}
