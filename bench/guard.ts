import { siege } from '@aegis/example-chat';
import { BucketCall, type Buckets, BucketTable, GUARD_PRESETS, Guard, SharedBucketTable } from '@aegis/guard';
import { KeyHash, seededRandom } from '@aegis/model';
import { type LimiterPeer, limiterPeer, memoryPeer, redisPeer } from './guard-peers.ts';
import { workersAtOnce } from './guard-threads.ts';
import { type Rate, rate } from './rate.ts';
import type { Bench, Peer, Result } from './result.ts';

const CLIENTS = 1_000_000;
const DIMENSIONS = 5;
const PRICE = 256 * 20;
const TOLERANCE = 256 * 2_000;
/** Each round is so much later: clients come back with some room again, ms. */
const ROUND_MS = 500;

/** One call of each client, in an order that no cache can guess. */
interface Workload {
  readonly names: readonly string[];
  readonly a: Int32Array;
  readonly b: Int32Array;
}

export const bench: Bench = async ({ quick }) => {
  const clients = quick ? 200_000 : CLIENTS;
  const rounds = quick ? 5 : 15;
  const workload = shuffledClients(clients);
  const table = new BucketTable(CLIENTS);
  const single = singleKey(table, workload, rounds);
  const strings = stringKeys(new BucketTable(CLIENTS), workload, rounds);
  const shared = singleKey(SharedBucketTable.allocate(CLIENTS), workload, rounds);
  const five = fiveDimensions(workload, rounds);
  const whole = wholeChecks(workload, Math.min(rounds, 7));
  const peers: readonly [LimiterPeer, Peer] = [
    await memoryPeer(workload.names, quick ? 50_000 : 200_000),
    limiterPeer(workload.names, quick ? 50_000 : 200_000),
  ];
  const redis = await redisPeer(workload.names, quick ? 2_000 : 10_000);
  const threads: Result[] = [];
  for (const workers of [1, 2, 4]) {
    const value = await workersAtOnce(workers, quick ? 300_000 : 2_000_000);
    threads.push({ name: `shared_${workers}_workers`, unit: 'ops/s', better: 'higher', ...value });
  }
  const { honest } = await siege({
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    random: seededRandom(7),
    forMs: quick ? 12_000 : 25_000,
  });
  // As the peers are: a second of one core, whoever else is on the machine.
  const ops = (name: string, { perCoreSecond, value }: Rate, more: Partial<Result> = {}): Result => ({
    name,
    unit: 'ops/s',
    better: 'higher',
    value: perCoreSecond,
    note: `a second of one core; by the clock ${value.toLocaleString('en')} in the best round`,
    ...more,
  });
  return [
    ops('single_key', single, { goal: 1e7, peers }),
    ops('single_key_strings', strings, { peers }),
    ops('single_key_shared', shared),
    ops('five_dimensions', five, { goal: 1.5e6 }),
    ops('check_rpc_whole', whole),
    ...threads,
    { name: 'p99_single', unit: 'ns', better: 'lower', value: p99(table, workload) },
    {
      name: 'bytes_per_key',
      unit: 'bytes',
      better: 'lower',
      value: Math.round((10 * table.byteLength) / CLIENTS) / 10,
      goal: 40,
      peers: [{ name: peers[0].name, value: peers[0].bytesPerKey }],
    },
    { name: 'peer_single_key', unit: 'ops/s', better: 'higher', value: peers[0].value },
    { name: 'peer_single_key_redis', unit: 'ops/s', better: 'higher', ...redis },
    {
      name: 'honest_refused',
      unit: '%',
      better: 'lower',
      value: Math.round(honest.refusedPercent * 1000) / 1000,
      goal: 0,
    },
  ];
};

function shuffledClients(count: number): Workload {
  const random = seededRandom(20_261_122);
  const names = Array.from({ length: count }, (_, i) => `user-${i}@example.org`);
  for (let i = names.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [names[i], names[j]] = [names[j] as string, names[i] as string];
  }
  const hash = new KeyHash([1, 2]);
  const a = new Int32Array(count);
  const b = new Int32Array(count);
  for (const [i, name] of names.entries()) {
    hash.of(name);
    a[i] = hash.a;
    b[i] = hash.b;
  }
  return { names, a, b };
}

/** Keys hashed beforehand, as a server does once for each connection. */
function singleKey(table: Buckets, { a, b }: Workload, rounds: number): Rate {
  let now = 1;
  return rate(a.length, rounds, () => {
    now += ROUND_MS;
    let passed = 0;
    for (let i = 0; i < a.length; i++)
      if (table.takeOne(a[i] as number, b[i] as number, PRICE, TOLERANCE, now) === 0) passed++;
    return passed;
  });
}

function stringKeys(table: Buckets, { names }: Workload, rounds: number): Rate {
  const hash = new KeyHash([1, 2]);
  let now = 1;
  return rate(names.length, rounds, () => {
    now += ROUND_MS;
    let passed = 0;
    for (const name of names) {
      hash.of(name);
      if (table.takeOne(hash.a, hash.b, PRICE, TOLERANCE, now) === 0) passed++;
    }
    return passed;
  });
}

/** User, device, method, member of a channel, channel: all looked at, then all charged or none. */
function fiveDimensions({ a, b }: Workload, rounds: number): Rate {
  // As many live keys as a node has room for by default.
  const users = Math.min(a.length, 400_000);
  const table = new BucketTable(2_000_000);
  const call = new BucketCall();
  let now = 1;
  return rate(users, rounds, () => {
    now += ROUND_MS;
    let passed = 0;
    for (let i = 0; i < users; i++) {
      const first = a[i] as number;
      const second = b[i] as number;
      call.clear();
      for (let dimension = 0; dimension < DIMENSIONS; dimension++)
        call.add(dimension, first ^ Math.imul(dimension, 0x9e3779b1), second ^ dimension, PRICE, TOLERANCE);
      if (table.take(call, now) < 0) passed++;
    }
    return passed;
  });
}

/** `checkRpc` as a server calls it: names hashed, trust, state and five buckets. */
function wholeChecks({ names }: Workload, rounds: number): Rate {
  let now = 1_700_000_000_000;
  const guard = new Guard({
    config: GUARD_PRESETS.strict,
    clock: { now: () => now, monotonic: () => now },
    random: seededRandom(5),
  });
  const users = names.slice(0, 200_000);
  const methods = ['profile', 'mark_read', 'send', 'contact_list'];
  return rate(users.length, rounds, () => {
    now += 10_000;
    let passed = 0;
    for (const [i, user] of users.entries()) {
      const method = methods[i & 3] as string;
      if (guard.checkRpc({ user, device: 'phone', method, channel: 'lobby' }).allowed) passed++;
    }
    return passed;
  });
}

/** Timed one by one; what reading the clock takes is taken off. */
function p99(table: BucketTable, { a, b }: Workload): number {
  const count = 200_000;
  const times = new Float64Array(count);
  const empty = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = process.hrtime.bigint();
    table.takeOne(a[i] as number, b[i] as number, PRICE, TOLERANCE, 1e6);
    times[i] = Number(process.hrtime.bigint() - start);
    const again = process.hrtime.bigint();
    empty[i] = Number(process.hrtime.bigint() - again);
  }
  times.sort();
  empty.sort();
  const reading = empty[count >> 1] as number;
  return Math.max(0, (times[Math.floor(count * 0.99)] as number) - reading);
}
