import { spawnSync } from 'node:child_process';
import {
  createLibNftables,
  createNftablesEnforcer,
  createSpawnedNft,
  type Nft,
} from '@aegis/enforcer-nftables';
import { type Clock, type Decision, formatIPv4, seededRandom } from '@aegis/model';
import type { EnforcerChange } from '@aegis/ports';
import koffi from 'koffi';
import type { Bench, Peer, Result } from './result.ts';

const CLONE_NEWNET = 0x4000_0000;
const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Time until a batch of bans is in force in the kernel, in a network namespace of its own. Needs root. */
export const bench: Bench = async ({ quick }) => {
  if (process.getuid?.() !== 0) return NAMES.map((name) => missing(name, 'a network namespace needs root'));
  if (koffi.load('libc.so.6').func('int unshare(int flags)')(CLONE_NEWNET) !== 0)
    return NAMES.map((name) => missing(name, 'this kernel gives no network namespace'));
  const rounds = quick ? 5 : 25;
  const own = await timesOf(createLibNftables, rounds);
  const spawned = await timesOf(createSpawnedNft, rounds);
  const ipset = ipsetTimes(rounds);
  return NAMES.map((name): Result => {
    const { value, best } = own[name];
    const peers: Peer[] = [{ name: 'the same commands by nft', value: spawned[name].value }];
    if (ipset !== undefined) peers.push({ name: 'ipset restore', value: ipset[name].value });
    return { name, unit: 'ms', better: 'lower', value, best, peers };
  });
};

const SIZES = { add_1: 1, add_1000: 1000, load_100k: 100_000 } as const;
type Name = keyof typeof SIZES;
const NAMES = Object.keys(SIZES) as readonly Name[];
type Times = Readonly<Record<Name, { readonly value: number; readonly best: number }>>;

async function timesOf(open: () => Nft, rounds: number): Promise<Times> {
  const nft = open();
  const enforcer = createNftablesEnforcer({ nft, clock, protectedPrefixes: [] });
  const fresh = addresses();
  // The sets are there before the first measurement, as they are on a gateway at work.
  await enforcer.apply([ban(fresh())]);
  const timed = async (count: number): Promise<number> => {
    const changes = Array.from({ length: count }, () => ban(fresh()));
    const start = performance.now();
    await enforcer.apply(changes);
    return performance.now() - start;
  };
  const add_1 = await roundsOf(rounds * 4, () => timed(1));
  const add_1000 = await roundsOf(rounds, () => timed(1000));
  const load_100k = await roundsOf(Math.ceil(rounds / 5), async () => {
    await enforcer.clear();
    return timed(100_000);
  });
  const held = (await nft.run('list set inet aegis ban4_32')).match(/expires/g)?.length;
  if (held !== undefined && held !== 100_000)
    throw new Error(`the kernel holds ${held} elements where 100,000 were put`);
  await enforcer.clear();
  await enforcer.close();
  return { add_1, add_1000, load_100k };
}

/** The older tool on the same numbers of addresses; undefined where it is not installed. */
function ipsetTimes(rounds: number): Times | undefined {
  if (spawnSync('ipset', ['version']).error !== undefined) return undefined;
  const restore = (lines: string): void => {
    const { status, stderr } = spawnSync('ipset', ['restore'], { input: lines });
    if (status !== 0) throw new Error(`ipset restore failed: ${stderr.toString()}`);
  };
  const create = 'create bench hash:ip timeout 14400 maxelem 1000000\n';
  const fresh = addresses();
  const add = (count: number): string =>
    Array.from({ length: count }, () => `add bench ${fresh()} timeout 14400\n`).join('');
  restore(create);
  const timed = (lines: string): number => {
    const start = performance.now();
    restore(lines);
    return performance.now() - start;
  };
  const times = {
    add_1: median(Array.from({ length: rounds * 4 }, () => timed(add(1)))),
    add_1000: median(Array.from({ length: rounds }, () => timed(add(1000)))),
    load_100k: median(
      Array.from({ length: Math.ceil(rounds / 5) }, () => {
        restore('destroy bench\n');
        return timed(`${create}${add(100_000)}`);
      }),
    ),
  };
  restore('destroy bench\n');
  return times;
}

async function roundsOf(rounds: number, once: () => Promise<number>): Promise<Times[Name]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await once());
  return median(times);
}

function median(times: readonly number[]): Times[Name] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (index: number): number => Math.round((sorted[index] as number) * 1000) / 1000;
  return { value: at(sorted.length >> 1), best: at(0) };
}

/** Addresses of which none comes twice. */
function addresses(): () => string {
  const random = seededRandom(20_261_122);
  let next = Math.floor(random.next() * 0x1000_0000);
  return () => {
    next = (next + 2_654_435_769) >>> 0;
    return formatIPv4(next);
  };
}

function ban(value: string): EnforcerChange {
  const now = clock.now();
  const decision: Decision = {
    ...{ id: value, scope: 'ip', value, action: 'ban', reason: 'bench', origin: 'aegis', source: 'bench' },
    ...{ weight: 1, created: now, expires: now + 14_400_000 },
  };
  return { kind: 'enforce', decision };
}

function missing(name: Name, why: string): Result {
  return { name, unit: 'ms', better: 'lower', value: null, why };
}
