import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeWithReal, type RedisServer, startRedis } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningAegis } from '../harness/aegis-process.ts';
import { eventually } from '../harness/eventually.ts';
import { addresses, ban, connected, type MeshScene, meshScene } from '../harness/mesh-scene.ts';

interface PeerTrail {
  readonly node: string;
  readonly entries: number;
  readonly finding?: { readonly kind: string; readonly from: number; readonly to: number };
}

const PATIENCE_MS = 120_000;

describeWithReal('redis', 'the trails of a mesh', () => {
  let redis: RedisServer;
  let scene: MeshScene;
  let nodes: Record<'a' | 'b' | 'c', RunningAegis>;

  beforeAll(async () => {
    redis = await startRedis();
    scene = await meshScene(`127.0.0.1:${redis.port}`);
    nodes = { a: await scene.start('a'), b: await scene.start('b'), c: await scene.start('c') };
    for (const node of Object.values(nodes)) await connected(node, 3);
  });
  afterAll(async () => {
    for (const node of Object.values(nodes)) await node.stop();
    await redis.remove();
    scene.remove();
  });

  const trailOn = async (node: RunningAegis, of: string): Promise<PeerTrail | undefined> => {
    const { peers } = await node.get<{ readonly peers: readonly PeerTrail[] }>('/v1/trail/peers');
    return peers.find((each) => each.node === of);
  };

  /** Waits until both others have heard that the trail of `of` has so many entries, or found something. */
  const witnessed = (
    of: 'a' | 'b' | 'c',
    fits: (trail: PeerTrail) => boolean,
  ): Promise<readonly PeerTrail[]> =>
    eventually(
      `the others have heard of the trail of ${of}`,
      async () => {
        const others = Object.entries(nodes).flatMap(([name, node]) => (name === of ? [] : [node]));
        const trails = await Promise.all(others.map((node) => trailOn(node, of)));
        const fitting = trails.flatMap((trail) => (trail !== undefined && fits(trail) ? [trail] : []));
        return fitting.length === others.length ? fitting : undefined;
      },
      PATIENCE_MS,
    );

  const sizeOf = (name: string): number => {
    const db = new DatabaseSync(join(scene.dataDirOf(name), 'trail.db'), { readOnly: true });
    const { size } = db.prepare('SELECT size FROM extent').get() as { readonly size: number };
    db.close();
    return size;
  };

  test('everyone knows how far the trail of everyone goes', async () => {
    await ban(nodes.a, addresses(1, 20));
    for (const name of ['a', 'b', 'c'] as const)
      await witnessed(name, ({ entries, finding }) => entries >= 20 && finding === undefined);
    const { code, stdout } = await nodes.a.run(['audit', 'verify', '--peers']);
    expect(stdout).toMatch(/^sound\s+b: \d+ entries/m);
    expect(code).toBe(0);
    expect(await (await nodes.a.fetch('/metrics')).text()).toContain('aegis_trail_peers{state="sound"} 2');
  });

  test('a node whose trail was cut is found by both others, who say where', async () => {
    const before = sizeOf('b');
    await witnessed('b', ({ entries }) => entries >= before);
    await nodes.b.stop();
    const kept = sizeOf('b') - 6;
    cut(join(scene.dataDirOf('b'), 'trail.db'), kept);
    nodes.b = await scene.start('b');
    // What the ledger has is put on the trail again, so that it grows past where it was.
    await ban(nodes.b, addresses(2, 30));
    const found = await witnessed('b', ({ finding }) => finding !== undefined);
    for (const { finding } of found) {
      expect(['peer_forked', 'peer_shorter']).toContain(finding?.kind);
      expect(finding?.from).toBeLessThanOrEqual(kept);
      expect(finding?.to).toBeGreaterThan(kept);
    }
    const verified = await nodes.a.run(['audit', 'verify', '--peers']);
    expect(verified.code).toBe(1);
    expect(verified.stdout).toMatch(/^wrong\s+b shows/m);
    const { entries } = await nodes.c.get<{ readonly entries: readonly { readonly action: string }[] }>(
      '/v1/audit?action=trail.peer',
    );
    expect(entries).toContainEqual(expect.objectContaining({ target: 'b', result: 'failed' }));
    expect(await (await nodes.a.fetch('/metrics')).text()).toContain('aegis_trail_peers{state="wrong"} 1');
    // What the others kept tells the node's own verification as much.
    const copies = await nodes.a.run(['audit', 'peers', 'b']);
    const file = join(scene.dataDirOf('a'), 'b.checkpoints');
    writeFileSync(file, copies.stdout);
    expect(copies.stdout).toContain('{"checkpoint":');
    const own = await nodes.b.run(['audit', 'verify', '--copies', file]);
    expect(own.code).toBe(1);
    expect(own.stdout).toContain('was signed over');
  });

  test('of a node that is lost the others know how far its trail went, until somebody forgets it', async () => {
    const before = sizeOf('c');
    const [heard] = await witnessed('c', ({ entries }) => entries >= before);
    await nodes.c.stop();
    for (const name of ['trail.db', 'trail.db-wal', 'trail.db-shm', 'trail.pub', 'secrets/trail.key'])
      rmSync(join(scene.dataDirOf('c'), name), { force: true });
    expect((await trailOn(nodes.a, 'c'))?.entries).toBeGreaterThanOrEqual(heard?.entries ?? 0);
    nodes.c = await scene.start('c');
    const [found] = await witnessed('c', ({ finding }) => finding !== undefined);
    expect(found?.finding?.kind).toBe('peer_key');
    const { code } = await nodes.a.run(['audit', 'peers', 'c', '--forget']);
    expect(code).toBe(0);
    await ban(nodes.c, addresses(3, 1));
    await eventually(
      'what it shows is believed again',
      async () => {
        const trail = await trailOn(nodes.a, 'c');
        return trail !== undefined && trail.finding === undefined ? true : undefined;
      },
      PATIENCE_MS,
    );
  });
});

/** What somebody with the machine in hand does: the end of the trail is gone, and nothing in it says so. */
function cut(path: string, size: number): void {
  const db = new DatabaseSync(path);
  const last = db.prepare('SELECT at, body FROM entry WHERE idx = ?').get(size - 1) as {
    readonly at: number;
    readonly body: string;
  };
  const { journal } = JSON.parse(last.body) as { readonly journal: number };
  db.prepare('DELETE FROM entry WHERE idx >= ?').run(size);
  db.prepare('DELETE FROM checkpoint WHERE size > ?').run(size);
  db.prepare('UPDATE extent SET size = ?, position = ?, at = ?').run(size, journal, last.at);
  db.close();
}
