import type { Clock, Decision } from '@aegis/model';
import { packetContract } from '@aegis/packet-filter/contract';
import { createNetwork, describeWithReal } from '@aegis/testing';
import { expect, test } from 'vitest';
import { createNftablesEnforcer } from './nftables-enforcer.ts';
import { createSpawnedNft } from './spawned-nft.ts';

packetContract('nftables', 'nft', {
  open: (gateway, clock, protectedPrefixes) =>
    createNftablesEnforcer({ nft: createSpawnedNft(gateway.inside('nft')), clock, protectedPrefixes }),
  addOthers: async (gateway) => void (await gateway.run('nft', 'add', 'table', 'inet', 'others')),
  inKernel: (gateway) => gateway.run('nft', 'list', 'ruleset'),
});

describeWithReal('nft', 'a table that somebody removed', () => {
  test('is laid anew, whole, by the next change but one', async () => {
    const network = createNetwork();
    try {
      const gateway = network.host('10.77.0.1/24');
      const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
      const nft = createSpawnedNft(gateway.inside('nft'));
      const enforcer = createNftablesEnforcer({ nft, clock, protectedPrefixes: [] });
      const ban = (value: string): Decision => ({
        id: value,
        scope: 'ip',
        value,
        action: 'ban',
        reason: 'test',
        origin: 'aegis',
        source: 'test',
        weight: 1,
        created: clock.now(),
        expires: clock.now() + 600_000,
      });
      await enforcer.apply([{ kind: 'enforce', decision: ban('10.77.0.2') }]);
      await gateway.run('nft', 'flush', 'ruleset');
      await expect(enforcer.apply([{ kind: 'enforce', decision: ban('10.77.0.3') }])).rejects.toMatchObject({
        code: 'enforcer_unavailable',
      });
      await enforcer.apply([{ kind: 'enforce', decision: ban('10.77.0.3') }]);
      const elements = await gateway.run('nft', 'list', 'set', 'inet', 'aegis', 'ban4_32');
      expect(elements).toContain('10.77.0.2');
      expect(elements).toContain('10.77.0.3');
      await enforcer.close();
    } finally {
      network.remove();
    }
  });
});
