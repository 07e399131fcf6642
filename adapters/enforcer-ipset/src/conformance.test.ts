import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@aegis/model';
import { enforcerConformance } from '@aegis/ports/conformance';
import { createNetwork, describeWithReal, type Network } from '@aegis/testing';
import { createIpsetEnforcer } from './ipset-enforcer.ts';
import { createSpawnedTools } from './spawned-tools.ts';

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

describeWithReal('ipset', 'Enforcer conformance with the programs', () => {
  let network: Network;
  enforcerConformance('ipset and iptables', {
    now: clock.now,
    advance: sleep,
    refused: {
      id: 'domain',
      scope: 'domain',
      value: 'example.com',
      action: 'ban',
      reason: 'a packet filter knows no names',
      origin: 'aegis',
      source: 'test',
      weight: 1,
      created: 0,
      expires: 10 ** 13,
    },
    async open() {
      network = createNetwork();
      const tools = createSpawnedTools(network.host().inside());
      return createIpsetEnforcer({ tools, clock, protectedPrefixes: [] });
    },
    cleanup: async () => network.remove(),
  });
});
