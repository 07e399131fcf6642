import { CHANNELS } from '@aegis/mesh';
import { describeWithReal, startRedisCluster, startRedisSentinel } from '@aegis/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { addresses, ban, connected, holdTheSame, type MeshScene, meshScene } from '../harness/mesh-scene.ts';

const STREAM = `{${CHANNELS.defense_action}}:stream`;
const NAMES = ['a', 'b', 'c'] as const;

interface Servers {
  readonly hosts: string;
  readonly env: Readonly<Record<string, string>>;
  /** Takes away the master of the decisions, which is busy just then; resolves once another has its place. */
  readonly failover: () => Promise<void>;
  /** The master that was comes back, and believes that nothing has happened. */
  readonly comeBack: () => void | Promise<void>;
  readonly remove: () => Promise<void>;
}

async function sentinels(): Promise<Servers> {
  const redis = await startRedisSentinel();
  let old = redis.master();
  return {
    hosts: redis.sentinels.map(({ host, port }) => `${host}:${port}`).join(','),
    env: { AEGIS_MESH_KIND: 'sentinel', AEGIS_MESH_SENTINEL_MASTER: redis.name },
    async failover() {
      old = redis.master();
      // It hangs with what it was told and the replica was not.
      old.server.pause();
      await eventually(
        'a sentinel names another',
        async () => (redis.master() === old ? undefined : true),
        60_000,
      );
    },
    comeBack: () => old.server.resume(),
    remove: () => redis.remove(),
  };
}

async function cluster(): Promise<Servers> {
  const redis = await startRedisCluster();
  let old = redis.masterOf(STREAM);
  return {
    hosts: redis.servers.map(({ host, port }) => `${host}:${port}`).join(','),
    env: { AEGIS_MESH_KIND: 'cluster' },
    async failover() {
      old = redis.masterOf(STREAM);
      await old.server.kill();
    },
    comeBack: () => old.start(),
    remove: () => redis.remove(),
  };
}

describe.each([
  ['sentinels', sentinels],
  ['a Cluster of six', cluster],
] as const)('%s', (name, start) => {
  describeWithReal('redis', `real nodes when a master is lost, with ${name}`, () => {
    let servers: Servers;
    let scene: MeshScene;
    let nodes: readonly RunningAegis[];
    beforeAll(async () => {
      servers = await start();
      scene = await meshScene(servers.hosts, { ...servers.env, AEGIS_REDIS_TIMEOUT: '1s' });
      const started: RunningAegis[] = [];
      for (const node of NAMES) started.push(await scene.start(node));
      nodes = started;
      for (const node of nodes) await connected(node, NAMES.length);
    });
    afterAll(async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await servers.remove();
      scene.remove();
    });
    const banOnEach = async (from: number): Promise<readonly string[]> => {
      const lists = nodes.map((_, i) => addresses(from + i, 40));
      await Promise.all(nodes.map((node, i) => ban(node, lists[i] ?? [])));
      return lists.flat();
    };

    test('every node holds the same, before, meanwhile and after it is back', async () => {
      const before = await banOnEach(1);
      const [, meanwhile] = await Promise.all([servers.failover(), banOnEach(11)]);
      const after = await banOnEach(21);
      await holdTheSame(nodes, [...before, ...meanwhile, ...after]);
      await servers.comeBack();
      const late = await banOnEach(31);
      const held = await holdTheSame(nodes, [...before, ...meanwhile, ...after, ...late]);
      expect(held).toHaveLength(4 * 3 * 40);
    });
  });
});
