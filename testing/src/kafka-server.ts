import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptsConnections } from './accepts-connections.ts';
import { freePort } from './free-port.ts';
import { kafkaCommand } from './kafka-program.ts';
import { type RealServer, startServer } from './real-server.ts';

/** A real Kafka, one node without ZooKeeper (KRaft), on a free port of loopback, with a folder of its own. */
export interface KafkaServer {
  /** `127.0.0.1:9093` */
  readonly broker: string;
  /** Of the process that runs now. */
  readonly server: RealServer;
  /** Starts it again after `server.kill()` or `server.stop()`: same port, same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

const READY_MS = 120_000;

export async function startKafka(): Promise<KafkaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(folder, 'data'),
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.replication.factor': '1',
    'group.initial.rebalance.delay.ms': '0',
  };
  const file = join(folder, 'server.properties');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const [java, ...words] = kafkaCommand();
  const id = randomBytes(16).toString('base64url');
  const formatted = spawnSync(java, [...words, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', file], {
    encoding: 'utf8',
  });
  if (formatted.status !== 0) throw new Error(`Kafka's storage was not formatted: ${formatted.stderr}`);
  const start = (): Promise<RealServer> =>
    startServer({
      name: 'kafka',
      command: [java, ...words, 'kafka.Kafka', file],
      cwd: folder,
      ready: () => acceptsConnections(port),
      readyMs: READY_MS,
    });
  let server = await start();
  return {
    broker: `127.0.0.1:${port}`,
    get server() {
      return server;
    },
    async start() {
      server = await start();
    },
    async remove() {
      // It has nothing to hand over, and its own way of ending waits for that.
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
