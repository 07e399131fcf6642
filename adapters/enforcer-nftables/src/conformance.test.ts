import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Decision } from '@aegis/model';
import { enforcerConformance } from '@aegis/ports/conformance';
import { createNetwork, describeWithReal, type Network } from '@aegis/testing';
import koffi from 'koffi';
import { createLibNftables } from './libnftables.ts';
import { createNftablesEnforcer } from './nftables-enforcer.ts';
import { createSpawnedNft } from './spawned-nft.ts';

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
const refused: Decision = {
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
};
const real = { now: clock.now, advance: sleep, refused };

describeWithReal('nft', 'Enforcer conformance with the program', () => {
  let network: Network;
  enforcerConformance('nftables by nft', {
    ...real,
    async open() {
      network = createNetwork();
      const nft = createSpawnedNft(network.host().inside('nft'));
      return createNftablesEnforcer({ nft, clock, protectedPrefixes: [] });
    },
    cleanup: async () => network.remove(),
  });
});

describeWithReal('nft', 'Enforcer conformance with the library', () => {
  // The library acts in the namespace of the thread that made its context: this one moves into an empty one.
  const CLONE_NEWNET = 0x4000_0000;
  const unshare = koffi.load('libc.so.6').func('int unshare(int flags)');
  enforcerConformance('nftables by libnftables', {
    ...real,
    async open() {
      if (unshare(CLONE_NEWNET) !== 0) throw new Error('a network namespace needs root');
      return createNftablesEnforcer({ nft: createLibNftables(), clock, protectedPrefixes: [] });
    },
    cleanup: async () => {},
  });
});
