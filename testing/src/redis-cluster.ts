import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisServer, startRedis } from './redis-server.ts';

/** A real Redis Cluster on loopback: three masters, each with a replica. */
export interface RedisCluster {
  readonly servers: readonly [RedisServer, ...RedisServer[]];
  /** The server that is the master for a key now. */
  masterOf(key: string): RedisServer;
  /** Ends all of them and removes their data. */
  remove(): Promise<void>;
}

const SERVERS = 6;
const READY_MS = 60_000;
/** How long a master may be silent until its replica takes over; short, so that tests need not wait. */
const NODE_TIMEOUT_MS = '2000';

/** `args` are more words for every `redis-server`. */
export async function startRedisCluster(args: readonly string[] = []): Promise<RedisCluster> {
  const words = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', NODE_TIMEOUT_MS],
    ...['--cluster-replica-validity-factor', '0', ...args],
  ];
  const servers: RedisServer[] = [];
  // One after the other, since each takes two free ports that nobody holds until it listens.
  for (let i = 0; i < SERVERS; i++) servers.push(await startRedis({ args: words, clusterBus: true }));
  const [first] = servers as [RedisServer, ...RedisServer[]];
  const addresses = servers.map(({ host, port }) => `${host}:${port}`);
  cli(first, '--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes');
  await untilWhole(servers);
  return {
    servers: servers as [RedisServer, ...RedisServer[]],
    masterOf(key) {
      const alive = servers.find(({ server }) => server.isRunning());
      if (alive === undefined) throw new Error('no server of the cluster runs');
      const slot = Number(cli(alive, 'CLUSTER', 'KEYSLOT', key));
      const port = masterPort(cli(alive, 'CLUSTER', 'NODES'), slot);
      const master = servers.find((server) => server.port === port);
      if (master === undefined) throw new Error(`no master holds slot ${slot}`);
      return master;
    },
    async remove() {
      await Promise.all(servers.map((server) => server.remove()));
    },
  };
}

function cli({ port }: RedisServer, ...words: readonly string[]): string {
  return execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' }).trim();
}

/** Every server knows of all slots, and every master has its replica. */
async function untilWhole(servers: readonly RedisServer[]): Promise<void> {
  const deadline = performance.now() + READY_MS;
  const isWhole = (server: RedisServer): boolean => {
    const nodes = cli(server, 'CLUSTER', 'NODES').split('\n');
    const count = (flag: string): number => nodes.filter((line) => line.includes(flag)).length;
    return (
      cli(server, 'CLUSTER', 'INFO').includes('cluster_state:ok') &&
      count('slave') === SERVERS / 2 &&
      (cli(server, 'ROLE').startsWith('master') ||
        cli(server, 'INFO', 'replication').includes('link_status:up'))
    );
  };
  while (!servers.every(isWhole)) {
    if (performance.now() > deadline) throw new Error('the Redis Cluster did not become whole');
    await sleep(100);
  }
}

/** From lines such as `id 127.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460`. */
function masterPort(nodes: string, slot: number): number | undefined {
  for (const line of nodes.split('\n')) {
    const [, address = '', flags = '', , , , , , ...ranges] = line.split(' ');
    if (!flags.includes('master') || flags.includes('fail')) continue;
    const holds = ranges.some((range) => {
      const [from = '', to = from] = range.split('-');
      return Number(from) <= slot && slot <= Number(to);
    });
    if (holds) return Number(/:(\d+)@/.exec(address)?.[1]);
  }
  return undefined;
}
