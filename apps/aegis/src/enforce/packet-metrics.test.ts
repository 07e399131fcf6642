import type { PacketCounts } from '@aegis/packet-filter';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { countPackets } from './packet-metrics.ts';

async function counted(registry: Registry): Promise<readonly [seen: string, blocked: string]> {
  const text = await registry.metrics();
  const value = (name: string): string => new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 'missing';
  return [value('aegis_packets_total'), value('aegis_packets_blocked')];
}

test('what all firewalls of the node count together; one that is away is where it was', async () => {
  const registry = new Registry();
  let asked = 0;
  let first: PacketCounts | undefined = { seen: 10, blocked: 4 };
  const filters: { packets(): Promise<PacketCounts> }[] = [];
  countPackets(registry, filters);
  expect(await counted(registry)).toEqual(['0', '0']);
  filters.push({
    async packets() {
      asked += 1;
      if (first === undefined) throw new Error('away');
      return first;
    },
  });
  filters.push({ packets: async () => ({ seen: 1, blocked: 0 }) });
  expect(await counted(registry)).toEqual(['11', '4']);
  expect(asked).toBe(1);
  first = undefined;
  expect(await counted(registry)).toEqual(['11', '4']);
  first = { seen: 20, blocked: 9 };
  expect(await counted(registry)).toEqual(['21', '9']);
});
