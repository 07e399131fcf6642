import { type Clock, type Decision, ManualClock, type Prefix, seededRandom } from '@aegis/model';
import { elementOf, setName } from '@aegis/packet-filter';
import type { EnforcerChange } from '@aegis/ports';
import { createNetwork, describeWithReal } from '@aegis/testing';
import { expect, test } from 'vitest';
import { createNftablesEnforcer } from './nftables-enforcer.ts';
import { createSpawnedNft } from './spawned-nft.ts';

const HOUR = 3_600_000;
const VALUES = [
  ...['192.0.2.1', '192.0.2.2', '198.51.100.0/24', '198.51.0.0/16', '203.0.113.7/32', '0.0.0.0/1'],
  ...['2001:db8::1', '2001:db8::/64', '2001:db8::/32', '2001:db8:1::/47'],
];

describeWithReal('nft', 'the kernel holds exactly what the decisions say', () => {
  test('after any batches, refused ones among them', async () => {
    const network = createNetwork();
    try {
      const host = network.host();
      const seed = 20_261_122;
      const random = seededRandom(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;
      const clock: Clock = new ManualClock(1_700_000_000_000);
      const enforcer = createNftablesEnforcer({
        nft: createSpawnedNft(host.inside('nft')),
        clock,
        protectedPrefixes: ['127.0.0.0/8', '::1/128'] as readonly string[] as readonly Prefix[],
      });
      const expected = new Map<string, Decision>();
      for (let round = 0; round < 40; round++) {
        const changes: EnforcerChange[] = [];
        for (let i = 0; i < 1 + Math.floor(random.next() * 12); i++) {
          const id = `d${Math.floor(random.next() * 15)}`;
          const value = pick(VALUES);
          const decision: Decision = {
            id,
            scope: value.includes('/') ? 'range' : 'ip',
            value,
            action: pick(['ban', 'ban', 'allow']),
            reason: '',
            origin: 'aegis',
            source: 'test',
            weight: 1,
            created: 0,
            expires: clock.now() + pick([-1, HOUR, 2 * HOUR, 20 * HOUR]),
          };
          changes.push(random.next() < 0.7 ? { kind: 'enforce', decision } : { kind: 'retract', id });
        }
        const turn = random.next();
        if (turn < 0.1) {
          const impossible = {
            ...(changes.find(isEnforce)?.decision ?? ({} as Decision)),
            scope: 'user' as const,
          };
          await expect(
            enforcer.apply([...changes, { kind: 'enforce', decision: impossible }]),
          ).rejects.toMatchObject({ code: 'enforcer_unavailable' });
        } else if (turn < 0.2) {
          await host.run('nft', 'flush', 'ruleset');
          await enforcer.protect([]);
        } else {
          await enforcer.apply(changes);
          for (const change of changes) {
            if (change.kind === 'enforce') expected.set(change.decision.id, change.decision);
            else expected.delete(change.id);
          }
        }
        expect(await inKernel(), `seed ${seed}, round ${round}`).toEqual(wanted(expected, clock.now()));
      }

      async function inKernel(): Promise<Record<string, number>> {
        const listed = await host.run('nft', '-j', 'list', 'table', 'inet', 'aegis');
        const { nftables } = JSON.parse(listed) as { nftables: { set?: KernelSet }[] };
        const entries = nftables
          .flatMap(({ set }) => (set === undefined || set.name.startsWith('protected') ? [] : [set]))
          .flatMap(({ name, elem = [] }) =>
            elem.map(({ elem: { val, timeout } }): [string, number] => [`${name} ${val}`, timeout]),
          );
        return Object.fromEntries(entries);
      }
    } finally {
      network.remove();
    }
  });
});

interface KernelSet {
  readonly name: string;
  readonly elem?: readonly { readonly elem: { readonly val: string; readonly timeout: number } }[];
}

function isEnforce(change: EnforcerChange): change is Extract<EnforcerChange, { kind: 'enforce' }> {
  return change.kind === 'enforce';
}

/** The seconds each element has, by set and address. */
function wanted(decisions: ReadonlyMap<string, Decision>, now: number): Record<string, number> {
  const ends = new Map<string, number>();
  for (const decision of decisions.values()) {
    if (decision.expires <= now) continue;
    const element = elementOf(decision);
    if (element === undefined) throw new Error(`${decision.value} has no element`);
    const key = `${setName(element)} ${element.address}`;
    ends.set(key, Math.max(ends.get(key) ?? 0, decision.expires));
  }
  return Object.fromEntries([...ends].map(([key, end]): [string, number] => [key, (end - now) / 1000]));
}
