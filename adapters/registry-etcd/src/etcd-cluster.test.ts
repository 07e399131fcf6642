import { AegisError } from '@aegis/model';
import type { Registry, RegistryChange } from '@aegis/ports';
import { describeWithReal, type EtcdCluster, type EtcdServer, startEtcdCluster } from '@aegis/testing';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openEtcdRegistry } from './etcd-registry.ts';

const PATIENCE_MS = 90_000;
const eventually = (assertion: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: PATIENCE_MS, interval: 50 });

describeWithReal('etcd', 'registry on three members, of which some fail', () => {
  let cluster: EtcdCluster;
  let spaces = 0;
  const opened: Registry[] = [];
  beforeAll(async () => {
    cluster = await startEtcdCluster();
  });
  afterAll(async () => {
    await Promise.all(opened.map((registry) => registry.close()));
    await cluster.remove();
  });
  beforeEach(() => {
    spaces += 1;
  });

  /** With this member first. */
  const openAt = (first: EtcdServer, timeoutMs = 10_000): Registry => {
    const others = cluster.endpoints.filter((endpoint) => endpoint !== first.endpoint);
    const endpoints = [first.endpoint, ...others];
    const registry = openEtcdRegistry({ endpoints, prefix: `${spaces}/`, timeoutMs });
    opened.push(registry);
    return registry;
  };

  const follow = (registry: Registry, after: number): RegistryChange[] => {
    const seen: RegistryChange[] = [];
    const run = async (): Promise<void> => {
      for await (const change of registry.watch('', { signal: AbortSignal.timeout(PATIENCE_MS), after }))
        seen.push(change);
    };
    void run().catch(() => {});
    return seen;
  };

  const valuesOf = (changes: readonly RegistryChange[]): readonly string[] =>
    changes.map((change) => (change.kind === 'put' ? change.entry.value : change.kind));

  /** Writes numbers one after the other; what was answered, and what may have been written all the same. */
  async function writeNumbers(
    registry: Registry,
    prefix: string,
    until: () => boolean,
  ): Promise<{ made: string[]; lost: string[] }> {
    const [made, lost]: [string[], string[]] = [[], []];
    for (let i = 0; !until(); i++) {
      const value = String(i);
      try {
        await registry.compareAndSet(`${prefix}${value.padStart(6, '0')}`, 0, value);
        made.push(value);
      } catch (error) {
        expect(error).toBeInstanceOf(AegisError);
        expect(error).toMatchObject({ code: 'registry_unavailable' });
        lost.push(value);
      }
    }
    return { made, lost };
  }

  type Deed = (victim: EtcdServer) => Promise<void>;
  const faults: readonly (readonly [what: string, harm: Deed, heal: Deed])[] = [
    ['is killed', ({ server }) => server.kill(), (victim) => victim.start()],
    ['hangs', async ({ server }) => server.pause(), async ({ server }) => server.resume()],
  ];

  for (const [what, harm, heal] of faults) {
    test(`the leader ${what} under writes and watches: nothing is lost, nothing comes twice, in one order`, async () => {
      const leader = await cluster.leader();
      const [another] = cluster.members.filter((member) => member !== leader) as [EtcdServer];
      const [here, there] = [openAt(leader), openAt(another)];
      const after = await here.revision();
      const watches = [follow(here, after), follow(there, after)];
      let stopped = false;
      const writing = Promise.all([
        writeNumbers(here, 'here/', () => stopped),
        writeNumbers(there, 'there/', () => stopped),
      ]);
      await eventually(() => expect(watches[0]?.length).toBeGreaterThan(20));
      await harm(leader);
      const before = watches.map((seen) => seen.length);
      await eventually(() => {
        for (const [i, seen] of watches.entries())
          expect(seen.length).toBeGreaterThan((before[i] as number) + 50);
      });
      await heal(leader);
      stopped = true;
      const written = await writing;
      const stored = await there.list('');
      for (const [i, { made }] of written.entries()) {
        const prefix = i === 0 ? 'here/' : 'there/';
        const kept = new Set(stored.filter(({ key }) => key.startsWith(prefix)).map(({ value }) => value));
        expect(made.filter((value) => !kept.has(value))).toEqual([]);
        expect(kept.size).toBeLessThanOrEqual(made.length + (written[i]?.lost.length as number));
      }
      const inOrder = stored
        .toSorted((a, b) => a.revision - b.revision)
        .map((entry) => ({ kind: 'put', entry }));
      for (const seen of watches) await eventually(() => expect(seen).toHaveLength(inOrder.length));
      expect(watches[0]).toEqual(inOrder);
      expect(watches[1]).toEqual(inOrder);
    });
  }

  test('all members are killed and come back: what was answered is there, and the watch goes on', async () => {
    const registry = openAt(cluster.members[0] as EtcdServer, 30_000);
    const { revision } = await registry.put('a', '1');
    const seen = follow(registry, revision);
    await registry.put('a', '2');
    await eventually(() => expect(valuesOf(seen)).toEqual(['2']));
    await Promise.all(cluster.members.map(({ server }) => server.kill()));
    await Promise.all(cluster.members.map((member) => member.start()));
    expect(await registry.get('a')).toMatchObject({ value: '2', version: 2 });
    await registry.put('a', '3');
    await eventually(() => expect(valuesOf(seen)).toEqual(['2', '3']));
  });

  test('a member that is cut off from the others answers nobody, and its clients go to the others', async () => {
    const [alone, ...others] = cluster.members as [EtcdServer, ...EtcdServer[]];
    const registry = openAt(alone, 3_000);
    const { revision } = await registry.put('a', '1');
    const seen = follow(registry, revision);
    for (const { server } of others) server.pause();
    try {
      await expect(registry.put('a', 'minority')).rejects.toMatchObject({ code: 'registry_unavailable' });
      await expect(registry.get('a')).rejects.toMatchObject({ code: 'registry_unavailable' });
    } finally {
      for (const { server } of others) server.resume();
    }
    await eventually(async () =>
      expect(await registry.put('a', 'majority')).toMatchObject({ value: 'majority' }),
    );
    const late = openAt(alone);
    const all = follow(late, revision);
    await eventually(() => expect(valuesOf(all).at(-1)).toBe('majority'));
    expect(valuesOf(all).slice(0, seen.length)).toEqual(valuesOf(seen));
  });

  test('a watcher that was away while its changes were compacted is told so, by every member', async () => {
    const registry = openAt(cluster.members[1] as EtcdServer);
    const { revision } = await registry.put('a', '1');
    await registry.delete('a');
    const [member] = cluster.members as [EtcdServer];
    await member.ask('kv/compaction', { revision: String(await registry.revision()), physical: true });
    for (const each of cluster.members) {
      const at = openAt(each);
      await eventually(async () => {
        const first = at.watch('', { signal: AbortSignal.timeout(PATIENCE_MS), after: revision });
        await expect(first[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'compacted' });
      });
    }
  });

  test('a lease outlives its leader while it is kept, and ends when it is not', async () => {
    const leader = await cluster.leader();
    const [another] = cluster.members.filter((member) => member !== leader) as [EtcdServer];
    const registry = openAt(another);
    const lease = await registry.grantLease(10_000);
    const { revision } = await registry.put('alive', '', { lease: lease.id });
    const seen = follow(registry, revision);
    await leader.server.kill();
    await eventually(async () => expect(await lease.keepAlive()).toBe(true));
    expect(await registry.get('alive')).toBeDefined();
    await leader.start();
    await lease.revoke();
    await eventually(() => expect(seen).toMatchObject([{ kind: 'delete', key: 'alive' }]));
  });
});
