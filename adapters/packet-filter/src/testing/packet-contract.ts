import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Decision, Prefix } from '@aegis/model';
import type { EnforcerChange } from '@aegis/ports';
import { createNetwork, describeWithReal, type Network, type NetworkHost } from '@aegis/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PacketFilter } from '../packet-filter.ts';

export interface PacketContractFixture {
  /** One that acts in the network of this host, and lets these pass always. */
  open(gateway: NetworkHost, clock: Clock, protectedPrefixes: readonly Prefix[]): PacketFilter;
  /** Puts something there that is not ours. */
  addOthers(gateway: NetworkHost): Promise<void>;
  /** What is in the kernel of packet filters, in words. */
  inKernel(gateway: NetworkHost): Promise<string>;
}

const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

function decision(value: string, change: Partial<Decision> = {}): Decision {
  return {
    id: `${change.action ?? 'ban'} ${value}`,
    scope: value.includes('/') ? 'range' : 'ip',
    value,
    action: 'ban',
    reason: 'test',
    origin: 'aegis',
    source: 'test',
    weight: 1,
    created: clock.now(),
    expires: clock.now() + 600_000,
    ...change,
  };
}

const enforce = (...decisions: readonly Decision[]): readonly EnforcerChange[] =>
  decisions.map((decision) => ({ kind: 'enforce', decision }));

/** What a packet filter does to packets, tried with real ones. `program` is the real program that it needs. */
export function packetContract(name: string, program: string, fixture: PacketContractFixture): void {
  describeWithReal(program, `${name} drops packets, and lets them pass again after expiry`, () => {
    let network: Network;
    let gateway: NetworkHost;
    let client: NetworkHost;
    let enforcer: PacketFilter;

    beforeEach(async () => {
      network = createNetwork();
      gateway = network.host('10.77.0.1/24', '2001:db8::1/64');
      client = network.host(
        ...['10.77.0.2/24', '10.77.0.3/24', '10.77.0.130/24', '2001:db8::2/64', '2001:db8::3/64'],
      );
      enforcer = gatewayEnforcer([]);
      await fixture.addOthers(gateway);
      await expect(reaches('10.77.0.2')).resolves.toBe(true);
    });
    afterEach(async () => {
      await enforcer.close();
      network.remove();
    });

    const gatewayEnforcer = (protectedPrefixes: readonly string[]): PacketFilter =>
      fixture.open(gateway, clock, protectedPrefixes as readonly Prefix[]);

    /** Whether an echo of one packet from this address of the client comes back from the gateway. */
    async function reaches(from: string): Promise<boolean> {
      const to = from.includes(':') ? '2001:db8::1' : '10.77.0.1';
      return client.run('ping', '-c', '3', '-i', '0.2', '-W', '2', '-I', from, to).then(
        () => true,
        () => false,
      );
    }

    test('one address is banned and its neighbour is not, in both families', async () => {
      await enforcer.apply(enforce(decision('10.77.0.2'), decision('2001:db8::2')));
      expect(await reaches('10.77.0.2')).toBe(false);
      expect(await reaches('10.77.0.3')).toBe(true);
      expect(await reaches('2001:db8::2')).toBe(false);
      expect(await reaches('2001:db8::3')).toBe(true);
    });

    test('a prefix is banned, and an address in it that is allowed passes, whichever came first', async () => {
      await enforcer.apply(enforce(decision('10.77.0.128/25')));
      expect(await reaches('10.77.0.130')).toBe(false);
      expect(await reaches('10.77.0.3')).toBe(true);
      await enforcer.apply(enforce(decision('10.77.0.130', { action: 'allow' }), decision('10.77.0.0/24')));
      expect(await reaches('10.77.0.130')).toBe(true);
      expect(await reaches('10.77.0.3')).toBe(false);
    });

    test('the ban ends at its time though nobody is there to lift it', async () => {
      await enforcer.apply(enforce(decision('10.77.0.2', { expires: clock.now() + 1500 })));
      await enforcer.close();
      expect(await reaches('10.77.0.2')).toBe(false);
      await sleep(1600);
      expect(await reaches('10.77.0.2')).toBe(true);
    });

    test('a longer ban over a shorter one stays, and a lifted one ends at once', async () => {
      const short = decision('10.77.0.2', { id: 'short', expires: clock.now() + 1000 });
      const long = decision('10.77.0.2', { id: 'long' });
      await enforcer.apply(enforce(short));
      await enforcer.apply(enforce(long));
      await sleep(1100);
      expect(await reaches('10.77.0.2')).toBe(false);
      await enforcer.apply([{ kind: 'retract', id: 'long' }]);
      expect(await reaches('10.77.0.2')).toBe(true);
    });

    test('what is protected passes whatever is decided', async () => {
      await enforcer.close();
      enforcer = gatewayEnforcer(['10.77.0.2/31', '2001:db8::/64']);
      await enforcer.apply(enforce(decision('10.77.0.0/24'), decision('2001:db8::2')));
      expect(await reaches('10.77.0.2')).toBe(true);
      expect(await reaches('2001:db8::2')).toBe(true);
      expect(await reaches('10.77.0.130')).toBe(false);
      await enforcer.protect(['10.77.0.128/25' as Prefix]);
      expect(await reaches('10.77.0.2')).toBe(false);
      expect(await reaches('10.77.0.130')).toBe(true);
    });

    test('packets are counted, those that were dropped too, also over a change of what is protected', async () => {
      await enforcer.apply([]);
      const none = await enforcer.packets();
      expect(none.blocked).toBe(0);
      expect(await reaches('10.77.0.2')).toBe(true);
      const passed = await enforcer.packets();
      // Three echoes and their answers, at least.
      expect(passed.seen).toBeGreaterThanOrEqual(none.seen + 6);
      expect(passed.blocked).toBe(0);
      await enforcer.apply(enforce(decision('10.77.0.2'), decision('2001:db8::/64')));
      expect(await reaches('10.77.0.2')).toBe(false);
      expect(await reaches('2001:db8::2')).toBe(false);
      const dropped = await enforcer.packets();
      expect(dropped.blocked).toBeGreaterThanOrEqual(6);
      expect(dropped.seen).toBeGreaterThanOrEqual(passed.seen + 6);
      await enforcer.protect(['10.77.0.2/32' as Prefix]);
      expect(await reaches('10.77.0.2')).toBe(true);
      const after = await enforcer.packets();
      expect(after.blocked).toBeGreaterThanOrEqual(dropped.blocked);
      expect(after.seen).toBeGreaterThanOrEqual(dropped.seen + 6);
      await gateway.run('ping', '-c', '50', '-i', '0.01', '127.0.0.1');
      expect((await enforcer.packets()).seen).toBeLessThan(after.seen + 50);
      await enforcer.clear();
      expect((await enforcer.packets()).seen).toBeGreaterThanOrEqual(after.seen);
    });

    test('the gateway itself no longer reaches a banned address: a C&C server is cut off', async () => {
      await enforcer.apply(enforce(decision('10.77.0.3')));
      await expect(gateway.run('ping', '-c', '1', '-W', '1', '10.77.0.3')).rejects.toThrow('ping');
      await gateway.run('ping', '-c', '1', '-W', '1', '10.77.0.2');
    });

    test('clear leaves nothing of ours and everything of others', async () => {
      const before = await fixture.inKernel(gateway);
      const fresh = gatewayEnforcer([]);
      await fresh.apply(enforce(decision('10.77.0.2'), decision('2001:db8::/64')));
      expect(await fixture.inKernel(gateway)).not.toBe(before);
      await fresh.clear();
      await fresh.close();
      expect(await reaches('10.77.0.2')).toBe(true);
      expect(await fixture.inKernel(gateway)).toBe(before);
    });

    test('one that begins takes over what another left, and ends what is no longer wanted', async () => {
      await enforcer.apply(enforce(decision('10.77.0.2'), decision('10.77.0.3')));
      await enforcer.close();
      expect(await reaches('10.77.0.2')).toBe(false);
      enforcer = gatewayEnforcer([]);
      await enforcer.apply(enforce(decision('10.77.0.3')));
      expect(await reaches('10.77.0.2')).toBe(true);
      expect(await reaches('10.77.0.3')).toBe(false);
    });
  });
}
