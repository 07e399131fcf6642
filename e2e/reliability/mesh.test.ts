import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRedisBus } from '@aegis/bus-redis';
import {
  CHANNELS,
  ClockSkew,
  type Credentials,
  type Envelope,
  FrameSealer,
  writeDefenseAction,
} from '@aegis/mesh';
import { describeWithReal, type RedisServer, realProgramTest, startRedis } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { credentialsOf } from '../harness/mesh-member.ts';
import {
  addresses,
  allAgree,
  ban,
  connected,
  inForceOn,
  type MeshScene,
  meshScene,
  verdictOf,
} from '../harness/mesh-scene.ts';

const CHANNEL = CHANNELS.defense_action;

describeWithReal('redis', 'a mesh of real nodes', () => {
  let redis: RedisServer;
  let scene: MeshScene;
  let nodes: Record<'a' | 'b' | 'c', RunningAegis>;
  /** In force everywhere. */
  let count = 0;
  const all = (): readonly RunningAegis[] => Object.values(nodes);
  const cli = (...words: readonly string[]): string =>
    execFileSync('redis-cli', ['-p', String(redis.port), ...words], { encoding: 'utf8' }).trim();

  // It protects what the others do not.
  const startC = (): Promise<RunningAegis> =>
    scene.start('c', { env: { AEGIS_DECISIONS_PROTECTED: '203.0.113.0/24' } });

  beforeAll(async () => {
    redis = await startRedis({ args: ['--appendfsync', 'everysec'] });
    scene = await meshScene(`127.0.0.1:${redis.port}`);
    nodes = { a: await scene.start('a'), b: await scene.start('b'), c: await startC() };
    for (const node of all()) await connected(node, 3);
  });
  afterAll(async () => {
    for (const node of all()) await node.stop();
    await redis.remove();
    scene.remove();
  });

  test('a ban on one is enforced by the others, and lifted by any of them', async () => {
    const took: number[] = [];
    for (const address of addresses(1, 10)) {
      const began = performance.now();
      await ban(nodes.a, [address]);
      const isBlocked = async (node: RunningAegis): Promise<true> =>
        eventually('it is blocked', async () =>
          (await verdictOf(node, address)) === 'block' ? true : undefined,
        );
      await Promise.all([isBlocked(nodes.b), isBlocked(nodes.c)]);
      took.push(performance.now() - began);
    }
    count += 10;
    await allAgree(all(), count);
    const [metrics] =
      /^aegis_sync_latency_seconds_sum .*$/m.exec(await (await nodes.b.fetch('/metrics')).text()) ?? [];
    process.stdout.write(
      `from asking for a ban to its being blocked by two other nodes, ms: ${took.map(Math.round).join(' ')}; of node b ${metrics}\n`,
    );
    const [first = ''] = addresses(1, 1);
    const answer = await nodes.c.fetch(`/v1/decisions?scope=ip&value=${first}&reason=pardoned`, {
      method: 'DELETE',
    });
    expect(answer.status).toBe(200);
    count -= 1;
    await allAgree(all(), count);
    for (const node of all()) expect(await verdictOf(node, first)).not.toBe('block');
  });

  test('what protects one node it does not give up for another', async () => {
    await ban(nodes.a, ['203.0.113.9']);
    await eventually('the refusal is counted', async () =>
      (await (await nodes.c.fetch('/metrics')).text()).includes(
        'aegis_mesh_refused_total{reason="protected"} 1',
      )
        ? true
        : undefined,
    );
    expect(await verdictOf(nodes.c, '203.0.113.9')).not.toBe('block');
    await eventually('b blocks it', async () =>
      (await verdictOf(nodes.b, '203.0.113.9')) === 'block' ? true : undefined,
    );
    await nodes.a.fetch('/v1/decisions?scope=ip&value=203.0.113.9&reason=done', { method: 'DELETE' });
    await allAgree(all(), count);
  });

  test('Redis is killed: nodes go on alone and agree when it is back', async () => {
    await redis.server.kill();
    await Promise.all(all().map((node, i) => ban(node, addresses(10 + i, 100))));
    expect(await verdictOf(nodes.a, addresses(10, 1)[0] ?? '')).toBe('block');
    expect((await nodes.a.fetch('/health/ready')).status).toBe(200);
    await redis.start();
    count += 300;
    await allAgree(all(), count);
  });

  test('what it missed is no longer in the stream: it reads all that is in force', async () => {
    await nodes.c.stop();
    await ban(nodes.a, addresses(40, 500));
    await nodes.b.fetch(`/v1/decisions?scope=ip&value=${addresses(10, 1)[0]}&reason=x`, { method: 'DELETE' });
    count += 499;
    await allAgree([nodes.a, nodes.b], count);
    cli('XTRIM', `{${CHANNEL}}:stream`, 'MAXLEN', '0');
    nodes.c = await startC();
    await allAgree(all(), count);
  });

  test('Redis loses everything: the nodes tell it again', async () => {
    cli('FLUSHALL');
    await ban(nodes.b, addresses(50, 10));
    count += 10;
    await allAgree(all(), count);
    const newcomer = await scene.start('d');
    await allAgree([...all(), newcomer], count);
    await newcomer.stop();
  });

  realProgramTest(
    'faketime',
    'a node whose clock is two hours ahead decides about the same moments',
    async () => {
      const [library = ''] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
      const env = { LD_PRELOAD: library, FAKETIME: '+2h', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
      const ahead = await scene.start('e', { env });
      await connected(ahead, 4);
      await allAgree([...all(), ahead], count, false);
      await ban(ahead, addresses(60, 50));
      await ban(nodes.a, addresses(61, 50));
      count += 100;
      await allAgree([...all(), ahead], count, false);
      await allAgree(all(), count);
      const ends = (await inForceOn(nodes.a)).filter((line) => line.includes(' 11.60.'));
      for (const line of ends) {
        const left = Date.parse(line.split(' ').at(-1) ?? '') - Date.now();
        expect(Math.abs(left / 3_600_000 - 6)).toBeLessThan(0.2);
      }
      await ahead.stop();
    },
  );

  test('a hostile node gets past nobody, and no node that it is not speaks through it', async () => {
    const mallory = credentialsOf(await scene.token('mallory'));
    const before = await inForceOn(nodes.a);
    const bus = openRedisBus({ servers: [redis] });
    const sealer = new FrameSealer(mallory, (bytes) => randomBytes(bytes));
    const say = (text: string): Promise<string> => bus.publish(CHANNEL, text);
    const frame = (...envelopes: readonly Envelope[]): string => sealer.seal(CHANNEL, envelopes);

    await say('no frame at all');
    await say(`A1.nokey.${'A'.repeat(100)}`);
    await say('x'.repeat(600 * 1024));
    const good = frame(envelope(mallory));
    await say(`${good.slice(0, -9)}AAAAAAAA=`);
    const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const another = new FrameSealer({ ...mallory, key }, (bytes) => randomBytes(bytes));
    await say(another.seal(CHANNEL, [envelope(mallory)]));
    await say(frame({ ...envelope(mallory), source_node: 'a' }));
    await say(frame({ ...envelope(mallory), timestamp: Date.now() / 1_000 - 7_200 }));
    await say(frame({ ...envelope(mallory), data: { __proto__: null, nonsense: true } } as never));
    // The channel without the stream: what is not in the stream counts for nothing in the end.
    cli('PUBLISH', CHANNEL, JSON.stringify(['0-0', '9-9', good]));
    const kinds = [
      'malformed',
      'unknown_key',
      'oversized',
      'altered',
      'forged',
      'impostor',
      'stale',
      'bad_message',
    ];
    await eventually('every refusal is counted on every node', async () => {
      const texts = await Promise.all(all().map(async (node) => (await node.fetch('/metrics')).text()));
      const has = (text: string, kind: string): boolean =>
        new RegExp(`aegis_mesh_refused_total\\{reason="${kind}"\\} [1-9]`).test(text);
      return texts.every((text) => kinds.every((kind) => has(text, kind))) ? true : undefined;
    });
    expect(await inForceOn(nodes.a)).toEqual(before);

    // A member may decide, and does so once, however often it says it.
    for (let i = 0; i < 5; i++) await say(good);
    count += 1;
    await allAgree(all(), count);
    await ban(nodes.a, addresses(70, 10));
    count += 10;
    await allAgree(all(), count);

    const revoked = await nodes.a.run(['mesh', 'revoke', 'mallory']);
    expect(revoked).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('revoked the token of mallory'),
    });
    await eventually('every node has heard of it', async () => {
      await say(frame(envelope(mallory)));
      const texts = await Promise.all(all().map(async (node) => (await node.fetch('/metrics')).text()));
      return texts.every((text) => text.includes('reason="revoked"')) ? true : undefined;
    });
    await bus.close();
    await sleep(200);
    const after = await Promise.all(all().map((node) => inForceOn(node)));
    expect(after[1]).toEqual(after[0]);
    expect(after[2]).toEqual(after[0]);
  });

  test('nodes are shown as they are', async () => {
    await nodes.c.kill();
    const states = [/^a \(this one\) .* online/m, /^b .* online/m, /^c .* offline/m];
    await eventually(
      'c is offline, and the others are not',
      async () => {
        const { stdout } = await nodes.a.run(['mesh', 'nodes']);
        return states.every((state) => state.test(stdout)) || undefined;
      },
      120_000,
    );
    nodes.c = await startC();
  });

  // Ten thousand messages are a test of the bus: here it is about what becomes of them.
  test('a node that was killed misses two thousand decisions of two nodes and catches up', async () => {
    await nodes.c.kill();
    await ban(nodes.a, addresses(20, 1_000));
    await ban(nodes.b, addresses(30, 1_000));
    count += 2_000;
    await allAgree([nodes.a, nodes.b], count);
    nodes.c = await startC();
    await allAgree(all(), count);
  });
});

function envelope({ node, region }: Credentials): Envelope {
  const now = Date.now();
  const id = randomUUID();
  const decision = {
    id,
    scope: 'ip',
    value: '198.51.100.66',
    action: 'ban',
    ...{ weight: 1, reason: 'spite', origin: 'operator', source: 'mallory' },
    ...{ created: now, expires: now + 3_600_000 },
  } as const;
  const step = { step: 'made', id: `made:${id}`, at: now, by: 'mallory', reason: '', decision } as const;
  return {
    type: 'defense_action',
    data: writeDefenseAction(step, new ClockSkew()),
    ...{ id: randomUUID(), source_node: node, source_region: region, timestamp: now / 1_000 },
  };
}
