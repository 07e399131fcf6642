import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createNetwork,
  describeWithReal,
  type Network,
  type NetworkHost,
  type RealServer,
  startServer,
} from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import {
  addresses,
  ban,
  connected,
  holdTheSame,
  type MeshScene,
  meshScene,
  verdictOf,
} from '../harness/mesh-scene.ts';
import { nodeInNetwork } from '../harness/node-in-network.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf } from '../harness/session-of.ts';

const REDIS = '10.91.0.2';
const ATTACKER = '198.51.100.77';

/** Every node and Redis on a host of its own. What is cut is the network between them; no process notices otherwise. */
describeWithReal('ip', 'a mesh whose network is cut', () => {
  let network: Network;
  let redisHost: NetworkHost;
  let redis: RealServer;
  let folder: string;
  let scene: MeshScene;
  let hosts: Record<'a' | 'b' | 'c', NetworkHost>;
  let nodes: Record<'a' | 'b' | 'c', RunningAegis>;
  const all = (): readonly RunningAegis[] => Object.values(nodes);

  beforeAll(async () => {
    network = createNetwork();
    folder = mkdtempSync(join(tmpdir(), 'aegis-partition-'));
    redisHost = network.host(`${REDIS}/24`);
    const settings = ['--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', folder, '--appendonly', 'yes'];
    redis = await startServer({
      name: 'redis',
      command: redisHost.inside('redis-server', ...settings),
      ready: async () => (await redisHost.run('redis-cli', 'ping')).includes('PONG'),
    });
    scene = await meshScene(`${REDIS}:6379`, { AEGIS_REDIS_TIMEOUT: '1s' });
    const names = ['a', 'b', 'c'] as const;
    hosts = Object.fromEntries(
      names.map((name, i) => [name, network.host(`10.91.0.${11 + i}/24`)]),
    ) as typeof hosts;
    const start = async (name: (typeof names)[number]): Promise<RunningAegis> =>
      nodeInNetwork(await scene.start(name, { inside: hosts[name].inside() }), hosts[name]);
    nodes = { a: await start('a'), b: await start('b'), c: await start('c') };
    for (const node of all()) await connected(node, 3);
  });
  afterAll(async () => {
    await Promise.all(all().map((node) => node.stop()));
    await redis.stop();
    network.remove();
    scene.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Packets vanish without a word, as in a network that has lost a router: connections seem to stay open. */
  const silence = async (host: NetworkHost): Promise<() => Promise<string>> => {
    const rules = `table inet cut { chain in { type filter hook input priority 0; ip saddr ${REDIS} drop; }; chain out { type filter hook output priority 0; ip daddr ${REDIS} drop; }; }`;
    await host.run('nft', rules);
    return () => host.run('nft', 'delete table inet cut');
  };
  const unplug = async (host: NetworkHost): Promise<() => Promise<string>> => {
    await host.run('ip', 'link', 'set', 'eth0', 'down');
    return () => host.run('ip', 'link', 'set', 'eth0', 'up');
  };
  const lift = async (node: RunningAegis, address: string): Promise<void> => {
    const path = `/v1/decisions?scope=ip&value=${address}&reason=pardoned`;
    expect((await node.fetch(path, { method: 'DELETE' })).status).toBe(200);
  };
  const isBlocked = (node: RunningAegis, address: string): Promise<true> =>
    eventually(`${address} is blocked`, async () =>
      (await verdictOf(node, address)) === 'block' ? true : undefined,
    );
  const isCutOff = (node: RunningAegis): Promise<true> =>
    eventually(
      'it says that it is cut off',
      async () => ((await node.get<{ connected: boolean }>('/v1/mesh')).connected ? undefined : true),
      60_000,
    );

  test('every side decides on its own, and all hold the same when it is one again', async () => {
    await ban(nodes.a, addresses(1, 20));
    await pushSessions(nodes.a, [attackOf('before', ATTACKER)]);
    await isBlocked(nodes.c, ATTACKER);
    const both = addresses(1, 20);
    await holdTheSame(all(), [...both, ATTACKER]);

    const mend = [await silence(hosts.b), await unplug(hosts.c)];
    await Promise.all([isCutOff(nodes.b), isCutOff(nodes.c)]);
    // Each bans others, all ban some alike, and what one lifts another sees attack again.
    await Promise.all(all().map((node, i) => ban(node, addresses(10 + i, 100))));
    await Promise.all(all().map((node) => ban(node, addresses(20, 5))));
    const [first = '', second = '', third = ''] = both;
    await lift(nodes.a, first);
    await lift(nodes.b, second);
    await lift(nodes.c, third);
    await lift(nodes.b, ATTACKER);
    await pushSessions(nodes.c, [attackOf('while cut off', ATTACKER)]);
    await pushSessions(nodes.b, [attackOf('elsewhere', '198.51.100.78')]);
    await isBlocked(nodes.b, '198.51.100.78');
    await isBlocked(nodes.c, third.replace('11.1.', '11.12.'));
    for (const node of all()) expect((await node.fetch('/health/ready')).status).toBe(200);
    expect(await verdictOf(nodes.a, addresses(11, 1)[0] ?? '')).not.toBe('block');

    for (const undo of mend) await undo();
    const expected = [
      ...both.slice(3),
      ...[10, 11, 12].flatMap((net) => addresses(net, 100)),
      ...addresses(20, 5),
      '198.51.100.78',
    ];
    const held = await holdTheSame(all(), expected);
    for (const lifted of [first, second, third])
      expect(held.filter((line) => line.includes(` ${lifted} `))).toEqual([]);
  });

  test('Redis itself is cut off, and falls behind what was decided meanwhile', async () => {
    const mend = await unplug(redisHost);
    await Promise.all(all().map(isCutOff));
    await Promise.all(all().map((node, i) => ban(node, addresses(30 + i, 50))));
    await mend();
    await holdTheSame(
      all(),
      [30, 31, 32].flatMap((net) => addresses(net, 50)),
    );
  });
});
