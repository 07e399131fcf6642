import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry, RegistryEntry } from '@aegis/ports';
import { registryConformance } from '@aegis/ports/conformance';
import { describeWithReal, type EtcdServer, startEtcd } from '@aegis/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEtcdRegistry } from './etcd-registry.ts';

/** Waits as long as etcd's leases take: they end some hundred milliseconds late. */
const advance = (ms: number): Promise<void> => sleep(ms);

async function compact(etcd: EtcdServer, registry: Registry): Promise<void> {
  await etcd.ask('kv/compaction', { revision: String(await registry.revision()) });
}

describeWithReal('etcd', 'registry', () => {
  let etcd: EtcdServer;
  let spaces = 0;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.remove());
  const reopen = async (): Promise<Registry> =>
    openEtcdRegistry({ endpoints: [etcd.endpoint], prefix: `aegis-${spaces}/` });

  registryConformance('etcd', {
    open() {
      spaces += 1;
      return reopen();
    },
    reopen,
    advance,
    compact: (registry) => compact(etcd, registry),
    cleanup: async () => {},
  });

  test('all of a prefix is listed, however large and many its values are', async () => {
    spaces += 1;
    const registry = await reopen();
    const after = await registry.revision();
    const large = 'x'.repeat(1_048_576);
    for (let i = 0; i < 20; i++) await registry.put(`large/${String(i).padStart(2, '0')}`, large);
    await Promise.all(Array.from({ length: 300 }, (_, i) => registry.put(`a/${i}`, 'small')));
    const all = await registry.list('');
    expect(all).toHaveLength(320);
    expect(all.map(({ key }) => key)).toEqual(all.map(({ key }) => key).sort());
    const seen: RegistryEntry[] = [];
    for await (const change of registry.watch('large/', { signal: AbortSignal.timeout(60_000), after })) {
      if (change.kind === 'put') seen.push(change.entry);
      if (seen.length === 20) break;
    }
    expect(seen).toEqual(all.filter(({ key }) => key.startsWith('large/')));
    await registry.close();
  });
});
