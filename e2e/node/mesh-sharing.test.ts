import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { type MeshMember, meshMember } from '../harness/mesh-member.ts';
import { connected, type MeshScene, meshScene, verdictOf } from '../harness/mesh-scene.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf } from '../harness/session-of.ts';

interface Pattern {
  readonly id: string;
  readonly occurrences: number;
  readonly sources: readonly string[];
  readonly nodes: readonly string[];
}

interface Policy {
  readonly author?: string;
  readonly policy: { readonly name: string };
}

describeWithReal('redis', 'what nodes share besides decisions', () => {
  let redis: RedisServer;
  let scene: MeshScene;
  /** `alone` follows no policy of another. */
  let nodes: Record<'a' | 'b' | 'alone', RunningAegis>;
  const witnesses: Record<string, MeshMember> = {};
  beforeAll(async () => {
    redis = await startRedis();
    scene = await meshScene(`127.0.0.1:${redis.port}`);
    const env = { AEGIS_MESH_FOLLOW_POLICIES: 'false' };
    nodes = {
      a: await scene.start('a'),
      b: await scene.start('b'),
      alone: await scene.start('alone', { env }),
    };
    for (const node of Object.values(nodes)) await connected(node, 3);
    for (const name of ['x', 'y']) witnesses[name] = meshMember(await scene.token(name), redis);
  });
  afterAll(async () => {
    for (const member of Object.values(witnesses)) await member.close();
    await Promise.all(Object.values(nodes).map((node) => node.stop()));
    await redis.remove();
    scene.remove();
  });

  test('an attack that two nodes saw is one pattern, counted once each, on both', async () => {
    await pushSessions(nodes.a, [attackOf('seen-by-a', '198.51.100.1')]);
    const patterns = (node: RunningAegis): Promise<readonly Pattern[]> =>
      node
        .get<{ readonly patterns: readonly Pattern[] }>('/v1/memory/patterns')
        .then(({ patterns: all }) => all);
    await eventually('b has heard of it', async () =>
      (await patterns(nodes.b)).length > 0 ? true : undefined,
    );
    await pushSessions(nodes.b, [attackOf('seen-by-b', '198.51.100.2')]);
    const [ofA, ofB] = await eventually('both know both', async () => {
      const both = [await patterns(nodes.a), await patterns(nodes.b)];
      return both.every(([first]) => first?.nodes.length === 2) ? both : undefined;
    });
    expect(ofB).toEqual(ofA);
    expect(ofA).toHaveLength(1);
    expect(ofA?.[0]).toMatchObject({
      ...{ occurrences: 2, nodes: ['a', 'b'] },
      sources: ['198.51.100.1', '198.51.100.2'],
    });
  });

  test('a C&C server that two nodes report has the bots of both', async () => {
    const report = (who: string, bot: string, score: number): Promise<void> | undefined =>
      witnesses[who]?.say({
        type: 'cc_server_detected',
        data: {
          ...{ ip: '203.0.113.80', port: 8443, bot_count: 1, confidence: 90, score, bots: { [bot]: 70 } },
          ...{ blocked: false, heartbeat_interval: 60, report: `${who}-1`, seen: Date.now() / 1_000 },
        },
      });
    await report('x', '10.0.0.1', 80);
    await report('y', '10.0.0.2', 85);
    await report('y', '10.0.0.2', 85);
    for (const node of [nodes.a, nodes.b]) {
      const [server] = await eventually('both reports are there', async () => {
        const { cc_servers: servers } = await node.get<{ cc_servers: readonly { bot_count: number }[] }>(
          '/v1/memory/cc-servers',
        );
        return servers[0]?.bot_count === 2 ? servers : undefined;
      });
      expect(server).toMatchObject({ address: '203.0.113.80', port: 8443, nodes: ['x', 'y'] });
    }
  });

  test('what one suspects never suffices however often; what two suspect does, on every node', async () => {
    const ip = '198.51.100.200';
    const suspect = async (who: string): Promise<void> =>
      witnesses[who]?.say({
        type: 'threat_intel_update',
        data: {
          ...{ ip, threat_level: 'MEDIUM', attack_type: 'scan', action: 'ban', confidence: 45 },
          ...{ reason: 'probes', duration: 3_600, seen: Date.now() / 1_000 },
        },
      });
    for (let i = 0; i < 20; i++) await suspect('x');
    const heard = /^aegis_mesh_messages_total\{type="threat_intel_update",direction="received"\} 20$/m;
    for (const node of [nodes.a, nodes.b]) {
      await eventually('x was heard', async () =>
        heard.test(await (await node.fetch('/metrics')).text()) ? true : undefined,
      );
      expect(await verdictOf(node, ip)).not.toBe('block');
    }
    await suspect('y');
    for (const node of [nodes.a, nodes.b])
      await eventually('it is blocked', async () =>
        (await verdictOf(node, ip)) === 'block' ? true : undefined,
      );
    const { decisions } = await nodes.b.get<{ decisions: unknown }>(`/v1/decisions?value=${ip}`);
    expect(decisions).toMatchObject([{ decision: { origin: 'mesh' } }]);
    expect(JSON.stringify(decisions)).toContain('suspected by 2 nodes: probes');
  });

  const policyOf = async (node: RunningAegis): Promise<string> =>
    (await node.get<Policy>('/v1/policy')).policy.name;
  const apply = async (node: RunningAegis, name: string): Promise<void> => {
    const path = join(scene.dataDirOf('a'), `${name}.json`);
    const shown = JSON.parse((await node.run(['policy', 'show', '--json'])).stdout) as Policy;
    writeFileSync(path, JSON.stringify({ ...shown.policy, name, exempt: ['192.0.2.0/24'] }));
    expect((await node.run(['policy', 'apply', path, '--reason', name])).code).toBe(0);
  };
  const follows = (node: RunningAegis, name: string): Promise<true> =>
    eventually(`the policy is ${name}`, async () => ((await policyOf(node)) === name ? true : undefined));

  test('a policy applied on one node is in force on the others, and not on one that follows nobody', async () => {
    await apply(nodes.a, 'of-a');
    await follows(nodes.b, 'of-a');
    expect((await nodes.b.get<Policy>('/v1/policy')).author).toMatch(/^mesh:a\//);
    expect(await verdictOf(nodes.b, '192.0.2.1')).toBe('allow');
    await apply(nodes.b, 'of-b');
    await follows(nodes.a, 'of-b');
    expect(await policyOf(nodes.alone)).not.toMatch(/^of-/);
  });

  test('applied on both while they could not talk: both end at the later one', async () => {
    await redis.server.kill();
    await apply(nodes.b, 'earlier');
    await apply(nodes.a, 'later');
    await redis.start();
    await Promise.all([follows(nodes.a, 'later'), follows(nodes.b, 'later')]);
  });
});
