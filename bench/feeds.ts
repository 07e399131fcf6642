import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { DecisionEngine, defaultPolicy, granularityOf } from '@aegis/decide';
import { type FeedSummary, FeedsInForce, IndicatorSet, type SetMemory } from '@aegis/indicators';
import { type CheckRequest, formatIPv4, seededRandom } from '@aegis/model';
import { rate } from './rate.ts';
import type { Bench, Result } from './result.ts';

const SEED = 1_031;
const NOW = Date.UTC(2026, 0, 31);

interface Loaded {
  readonly memory: SetMemory;
  readonly summary: FeedSummary;
  readonly coreSeconds: number;
}

interface Load extends Loaded {
  readonly seconds: number;
  /** The longest that this thread's loop was late meanwhile, ms. */
  readonly worstDelayMs: number;
}

/**
 * A feed of a million lines is read in a worker thread while this thread answers checks: how long it takes, how late
 * the loop gets, what an indicator takes of memory, and what a check costs with ten feeds in force.
 */
export const bench: Bench = async ({ quick }) => {
  const count = quick ? 200_000 : 1_000_000;
  const results: Result[] = [];
  for (const kind of ['addresses', 'domains'] as const) {
    const loads: Load[] = [];
    for (let round = 0; round < (quick ? 2 : 3); round++) loads.push(await load(linesOf(kind, count)));
    const best = loads.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    const set = new IndicatorSet(best.memory);
    if (set.size < count * 0.99 || best.summary.unreadable > 0) throw new Error(`${kind}: lines were lost`);
    const size = quick ? '200k' : '1m';
    results.push(
      {
        name: `feed_load_${kind}_${size}`,
        unit: 's',
        better: 'lower',
        value: round2(median(loads.map(({ seconds }) => seconds))),
        best: round2(best.seconds),
        goal: quick ? 1 : 5,
      },
      {
        name: `feed_load_${kind}_${size}_core`,
        unit: 's',
        better: 'lower',
        value: round2(median(loads.map(({ coreSeconds }) => coreSeconds))),
      },
      {
        name: `feed_load_${kind}_worst_loop_delay`,
        unit: 'ms',
        better: 'lower',
        value: round2(median(loads.map(({ worstDelayMs }) => worstDelayMs))),
        best: round2(Math.min(...loads.map(({ worstDelayMs }) => worstDelayMs))),
        goal: 10,
        peers: [{ name: 'the same loop with nothing to do', value: round2(await idleDelayMs(best.seconds)) }],
      },
      {
        name: `feed_${kind}_bytes_an_indicator`,
        unit: 'bytes',
        better: 'lower',
        value: Math.round(set.bytes / set.size),
        goal: 80,
      },
    );
    if (kind === 'addresses') results.push(checkRate(set, 1), checkRate(set, 10));
  }
  return results;
};

/** Checks of addresses that nearly all are on no feed, as most clients are, with the set in force as this many feeds. */
function checkRate(set: IndicatorSet, feeds: number): Result {
  const random = seededRandom(SEED);
  const engine = new DecisionEngine({ policy: defaultPolicy, random });
  const states = Array.from({ length: feeds }, (_, index) => ({
    name: `feed-${index}`,
    action: 'ban' as const,
    indicators: set,
    confirmed: NOW,
    expires: NOW + 86_400_000,
  }));
  engine.setIndicators(new FeedsInForce(states, granularityOf));
  const requests: CheckRequest[] = Array.from({ length: 20_000 }, () => ({
    address: formatIPv4(Math.floor(random.next() * 2 ** 32)),
  }));
  const { value, median } = rate(requests.length, 5, () => {
    let blocked = 0;
    for (const request of requests) if (engine.check(request, NOW).outcome === 'block') blocked++;
    return blocked;
  });
  const plural = feeds === 1 ? '' : 's';
  return { name: `check_unlisted_${feeds}_feed${plural}`, unit: 'ops/s', better: 'higher', value, median };
}

async function load(text: Uint8Array): Promise<Load> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const began = performance.now();
  const worker = new Worker(new URL('./feed-worker.ts', import.meta.url), {
    workerData: { text, seed: SEED },
  });
  delay.enable();
  const [loaded] = (await once(worker, 'message')) as [Loaded];
  // Attaching it is the part that is done here.
  new IndicatorSet(loaded.memory);
  const seconds = (performance.now() - began) / 1_000;
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  await worker.terminate();
  return { ...loaded, seconds, worstDelayMs: delay.max / 1e6 };
}

/** What the machine does to a loop by itself. */
async function idleDelayMs(seconds: number): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  delay.disable();
  return delay.max / 1e6;
}

function linesOf(kind: 'addresses' | 'domains', count: number): Uint8Array {
  const random = seededRandom(SEED);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    // Public space, each address once: a walk over 1.0.0.0/8 to 9.255.255.255 in odd steps.
    const address = (0x0100_0000 + ((i * 7_919) % 0x0900_0000)) >>> 0;
    lines.push(
      kind === 'addresses' ? formatIPv4(address) : `h${Math.floor(random.next() * 1e9)}.host-${i}.example`,
    );
  }
  const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
