import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type RealServer, startServer } from './real-server.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

/** A real Redis with a replica, and three sentinels that make the replica the master when the master is gone. */
export interface RedisSentinel {
  /** The name under which the sentinels watch. */
  readonly name: string;
  readonly sentinels: readonly [SentinelAddress, ...SentinelAddress[]];
  readonly servers: readonly [RedisServer, RedisServer];
  /** The server that the sentinels name now. */
  master(): RedisServer;
  /** Ends all of them and removes their data. */
  remove(): Promise<void>;
}

interface SentinelAddress {
  readonly host: string;
  readonly port: number;
}

const HOST = '127.0.0.1';
const NAME = 'mymaster';
const SENTINELS = 3;
const READY_MS = 60_000;
/** How long the master may be silent; short, so that tests need not wait. */
const SILENCE_MS = 1_000;

export async function startRedisSentinel(): Promise<RedisSentinel> {
  const first = await startRedis();
  const replica = await startRedis({ args: ['--replicaof', HOST, String(first.port)] });
  const folder = mkdtempSync(join(tmpdir(), 'aegis-sentinel-'));
  const sentinels: SentinelAddress[] = [];
  const running: RealServer[] = [];
  for (let i = 0; i < SENTINELS; i++) {
    const port = await freePort();
    const file = join(folder, `sentinel-${i}.conf`);
    const lines = [
      `port ${port}`,
      `bind ${HOST}`,
      `dir ${folder}`,
      `sentinel monitor ${NAME} ${HOST} ${first.port} 2`,
      `sentinel down-after-milliseconds ${NAME} ${SILENCE_MS}`,
      `sentinel failover-timeout ${NAME} 3000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const command = ['redis-server', file, '--sentinel'] as const;
    running.push(await startServer({ name: 'sentinel', command, ready: () => listens(port) }));
    sentinels.push({ host: HOST, port });
  }
  const servers = [first, replica] as const;
  await until(() => cli(first.port, 'INFO', 'replication').includes('state=online'));
  for (const { port } of sentinels) {
    await until(() => cli(port, 'SENTINEL', 'REPLICAS', NAME).includes(String(replica.port)));
    await until(() =>
      cli(port, 'SENTINEL', 'MASTER', NAME).includes(`num-other-sentinels\n${SENTINELS - 1}`),
    );
  }
  return {
    name: NAME,
    sentinels: sentinels as [SentinelAddress, ...SentinelAddress[]],
    servers,
    master() {
      const [, port] = cli(sentinels[0]?.port ?? 0, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME).split('\n');
      return servers.find((server) => server.port === Number(port)) ?? first;
    },
    async remove() {
      await Promise.all(running.map((server) => server.stop()));
      await Promise.all(servers.map((server) => server.remove()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function cli(port: number, ...words: readonly string[]): string {
  return execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' }).trim();
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('the sentinels did not find each other');
    await sleep(100);
  }
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: HOST, port });
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
