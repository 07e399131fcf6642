import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Decision, Prefix } from '@aegis/model';
import { createNetwork, describeWithReal, type Network, type NetworkHost } from '@aegis/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNftablesEnforcer, type NftablesEnforcer } from './nftables-enforcer.ts';
import { createSpawnedNft } from './spawned-nft.ts';

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

const enforce = (...decisions: readonly Decision[]) =>
  decisions.map((decision) => ({ kind: 'enforce', decision }) as const);

describeWithReal('nft', 'packets are dropped, and pass again after expiry', () => {
  let network: Network;
  let gateway: NetworkHost;
  let client: NetworkHost;
  let enforcer: NftablesEnforcer;

  beforeEach(async () => {
    network = createNetwork();
    gateway = network.host('10.77.0.1/24', '2001:db8::1/64');
    client = network.host(
      ...['10.77.0.2/24', '10.77.0.3/24', '10.77.0.130/24', '2001:db8::2/64', '2001:db8::3/64'],
    );
    enforcer = gatewayEnforcer([]);
    await gateway.run('nft', 'add', 'table', 'inet', 'others');
    await expect(reaches('10.77.0.2')).resolves.toBe(true);
  });
  afterEach(async () => {
    await enforcer.close();
    network.remove();
  });

  function gatewayEnforcer(protectedPrefixes: readonly string[]): NftablesEnforcer {
    const nft = createSpawnedNft(gateway.inside('nft'));
    return createNftablesEnforcer({ nft, clock, protectedPrefixes: protectedPrefixes as readonly Prefix[] });
  }

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

  test('the gateway itself no longer reaches a banned address: a C&C server is cut off', async () => {
    await enforcer.apply(enforce(decision('10.77.0.3')));
    await expect(gateway.run('ping', '-c', '1', '-W', '1', '10.77.0.3')).rejects.toThrow('ping');
    await gateway.run('ping', '-c', '1', '-W', '1', '10.77.0.2');
  });

  test('a table that somebody removed is laid anew, whole, by the next change but one', async () => {
    await enforcer.apply(enforce(decision('10.77.0.2')));
    await gateway.run('nft', 'flush', 'ruleset');
    await expect(enforcer.apply(enforce(decision('10.77.0.3')))).rejects.toMatchObject({
      code: 'enforcer_unavailable',
    });
    await enforcer.apply(enforce(decision('10.77.0.3')));
    expect(await reaches('10.77.0.2')).toBe(false);
    expect(await reaches('10.77.0.3')).toBe(false);
  });

  test('clear leaves nothing of ours and everything of others', async () => {
    await enforcer.apply(enforce(decision('10.77.0.2')));
    await enforcer.clear();
    expect(await reaches('10.77.0.2')).toBe(true);
    expect((await gateway.run('nft', 'list', 'tables')).trim()).toBe('table inet others');
  });
});
