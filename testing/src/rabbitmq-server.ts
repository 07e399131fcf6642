import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acceptsConnections } from './accepts-connections.ts';
import { freePort } from './free-port.ts';
import { type RealServer, startServer } from './real-server.ts';

/** A real RabbitMQ on a free port of loopback, with a name, a cookie and a folder of its own. */
export interface RabbitMqServer {
  /** `amqp://guest:guest@127.0.0.1:5673` */
  readonly url: string;
  /** Of the process that runs now. */
  readonly server: RealServer;
  /**
   * Resolves once a quorum queue would outlive kill -9: RabbitMQ 3.10 writes its directory of them every few seconds,
   * and one that is not in it does not come back.
   */
  keeps(queue: string): Promise<void>;
  /** Starts it again after `server.kill()` or `server.stop()`: same port, same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** The program itself: Debian's wrapper would change the user. */
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const READY_MS = 120_000;

export async function startRabbitMq(): Promise<RabbitMqServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-rabbitmq-'));
  const [port, distribution, epmd] = [await freePort(), await freePort(), await freePort()];
  for (const name of ['data', 'log', 'home']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'plugins'), '[].\n');
  writeFileSync(join(folder, 'environment'), '');
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    'vm_memory_high_watermark.absolute = 256MB\ndisk_free_limit.absolute = 50MB\n',
  );
  const node = `aegis${port}@localhost`;
  const env = {
    HOME: join(folder, 'home'),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmd),
    // The script becomes the server, and what ends it by its pid ends the server.
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'environment'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_NODENAME: node,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-noinput +S 1:1 +sbwt none',
  };
  const start = (): Promise<RealServer> =>
    startServer({
      name: 'rabbitmq',
      command: [PROGRAM],
      cwd: folder,
      env,
      ready: () => acceptsConnections(port),
      readyMs: READY_MS,
    });
  let server = await start();
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    get server() {
      return server;
    },
    async keeps(queue) {
      const directory = join(folder, 'data', node, 'quorum', node, 'names.dets');
      for (let attempt = 0; attempt < 600; attempt++) {
        if (existsSync(directory) && readFileSync(directory).includes(queue)) return;
        await sleep(100);
      }
      throw new Error(`${queue} is not in ${directory}`);
    },
    async start() {
      server = await start();
    },
    async remove() {
      await server.stop();
      // Erlang's table of names was started beside it, for it alone.
      spawnSync('epmd', ['-port', String(epmd), '-kill'], { stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
