import { existsSync, readFileSync } from 'node:fs';
import { HostTable, PairTable } from '@aegis/hunt';
import { countStages, stageBaseRate, stageProbability } from '@aegis/memory';
import { seededRandom } from '@aegis/model';
import { compareBeacons, poissonFalsePositives } from './beacon-cases.ts';
import { measureChain } from './cc-chain.ts';
import { plantedRank } from './planted-groups.ts';
import { type Rate, rate } from './rate.ts';
import type { Bench, Result } from './result.ts';

const SEQUENCES = new URL('../../shared/data/sequences/attack-flow-transitions.json', import.meta.url);
/** Not used while the signals were made. */
const HELD_OUT = 20_261_122;
const CASES = [
  { name: '10m', minutes: 10 },
  { name: '30m', minutes: 30 },
  { name: '2h', minutes: 120 },
  { name: '24h', minutes: 1_440 },
] as const;
const JITTERS = [0, 20, 50, 90] as const;

export const bench: Bench = async ({ quick }) => [
  ...tableResults(quick),
  ...beaconResults(quick ? 150 : 600),
  {
    name: 'false_positive_poisson',
    unit: '%',
    better: 'lower',
    value: poissonFalsePositives(quick ? 5_000 : 40_000, HELD_OUT),
    goal: 0.05,
  },
  ...spectralResults(quick),
  await chainResult(),
  ...stageResults(),
];

async function chainResult(): Promise<Result> {
  const about = { name: 'chain_1247_bots', unit: 's', better: 'lower', goal: 7 } as const;
  const times = await measureChain();
  if (typeof times === 'string') return { ...about, value: null, why: times };
  const { accepted, decided, enforced } = times;
  const parts = [accepted, decided - accepted, enforced - decided].map((part) => part.toFixed(2));
  const note = `flows kept ${parts[0]} s, found and decided ${parts[1]} s, dropped by three nodes ${parts[2]} s`;
  return { ...about, value: Math.round(enforced * 100) / 100, note };
}

/** Pairs that the flows are of at any moment, a few often and many seldom (Zipf); in time others take their place. */
const LIVE_PAIRS = 600_000;
const NEW_PAIRS = 50_000;

/** Addresses and times as numbers, as a reader has parsed them. */
function tableResults(quick: boolean): readonly Result[] {
  const flows = quick ? 1_000_000 : 4_000_000;
  const held = quick ? 1_000_000 : 10_000_000;
  const random = seededRandom(1);
  const picks = Uint32Array.from({ length: 1 << 20 }, () => Math.floor(LIVE_PAIRS ** random.next()));
  const fill = (count: number): PairTable => {
    const table = new PairTable({ mostPairs: 4_000_000, mostTimes: 32_000_000, random });
    const { hosts } = table;
    for (let i = 0; i < count; i++) {
      const pair = (picks[i & (picks.length - 1)] as number) + (i >>> 20) * NEW_PAIRS;
      const source = hosts.internIPv4(0x0a_00_00_00 + (pair % 5_000));
      const destination = hosts.internIPv4(0x2d_00_00_00 + (Math.imul(pair, 0x9e3779b1) >>> 15));
      table.add(source, destination, 443, 1, i * 80, 120, 300, 900);
    }
    return table;
  };
  const measured: Rate = rate(flows, 3, () => fill(flows).size);
  const table = fill(held);
  return [
    { name: 'flows_per_second', unit: 'flows/s', better: 'higher', ...measured, goal: 2e6 },
    {
      name: 'bytes_per_pair',
      unit: 'bytes',
      better: 'lower',
      value: Math.round((10 * table.bytes) / table.size) / 10,
      goal: 250,
    },
    {
      name: 'pairs_held',
      unit: `pairs of ${held.toLocaleString('en')} flows`,
      better: 'higher',
      value: table.size,
    },
    { name: 'table_bytes', unit: 'bytes', better: 'lower', value: table.bytes, goal: 1e9 },
    { name: 'bytes_per_host', unit: 'bytes', better: 'lower', value: hostBytes() },
  ];
}

function hostBytes(): number {
  const hosts = new HostTable(seededRandom(1));
  for (let i = 0; i < 200_000; i++) hosts.internIPv4(i * 2_654_435);
  return Math.round((10 * hosts.bytes) / hosts.size) / 10;
}

function beaconResults(pairs: number): readonly Result[] {
  const results: Result[] = [];
  for (const { name, minutes } of CASES)
    for (const jitter of JITTERS) {
      const { ours, rita } = compareBeacons(minutes, jitter / 100, pairs, HELD_OUT + minutes + jitter);
      const round = (value: number): number => Math.round(value * 10_000) / 10_000;
      const label = `${name}_j${jitter}`;
      const goals: Readonly<Record<string, number>> = { '30m_j50': 0.95, '2h_j50': 0.98, '24h_j90': 0.95 };
      const goal = goals[label];
      results.push(
        {
          name: `auc_${label}`,
          unit: 'AUC',
          better: 'higher',
          value: round(ours.auc),
          ...(goal !== undefined && { goal }),
          peers: [{ name: 'RITA v5 (reference)', value: round(rita.auc) }],
        },
        {
          name: `recall_${label}`,
          unit: 'recall at 1% false positives',
          better: 'higher',
          value: round(ours.recall),
          peers: [{ name: 'RITA v5 (reference)', value: round(rita.recall) }],
        },
      );
      if (label === '30m_j50' || label === '2h_j50')
        results.push({ name: `rita_auc_${label}`, unit: 'AUC', better: 'higher', value: round(rita.auc) });
    }
  return results;
}

function spectralResults(quick: boolean): readonly Result[] {
  const groups = quick
    ? ([
        [10, 1],
        [1_247, 2],
      ] as const)
    : ([
        [10, 1],
        [50, 2],
        [300, 3],
        [1_247, 1],
        [1_247, 3],
      ] as const);
  return groups.flatMap(([bots, servers]): readonly Result[] => {
    const { rank, seconds, edges } = plantedRank(bots, servers, 50_000, HELD_OUT + bots);
    return [
      {
        name: `spectral_rank_${bots}_bots_${servers}_servers`,
        unit: 'worst place of 50,000',
        better: 'lower',
        value: rank,
        goal: 5,
      },
      {
        name: `spectral_seconds_${bots}_bots_${servers}_servers`,
        unit: `s for ${edges.toLocaleString('en')} edges`,
        better: 'lower',
        value: Math.round(seconds * 1_000) / 1_000,
        goal: 1,
      },
    ];
  });
}

/** Log-loss of the next stage on steps held out, in ten folds. */
function stageResults(): readonly Result[] {
  const names = ['stage_bits', 'stage_bits_marginal', 'stage_bits_order_1'] as const;
  const base = { unit: 'bits a step', better: 'lower' } as const;
  if (!existsSync(SEQUENCES))
    return names.map((name) => ({
      ...base,
      name,
      value: null,
      why: '../shared/data/sequences is not there',
    }));
  const all = JSON.parse(readFileSync(SEQUENCES, 'utf8')) as readonly (readonly [string, string, number])[];
  const random = seededRandom(HELD_OUT);
  const steps = all.flatMap(([from, to, count]) =>
    Array.from({ length: count }, () => ({ from, to, fold: Math.floor(random.next() * 10) })),
  );
  const bits = { shrunk: 0, marginal: 0, plain: 0 };
  for (let fold = 0; fold < 10; fold++) {
    const known = steps.filter((step) => step.fold !== fold);
    const counts = countStages(known.map(({ from, to }) => [from, to, 1] as const));
    for (const { from, to } of steps.filter((step) => step.fold === fold)) {
      bits.shrunk -= Math.log2(stageProbability(counts, from, to));
      bits.marginal -= Math.log2(stageBaseRate(counts, to));
      // Hardly shrunk: what an order-1 chain says by itself.
      bits.plain -= Math.log2(stageProbability(counts, from, to, 1));
    }
  }
  const value = (total: number): number => Math.round((1_000 * total) / steps.length) / 1_000;
  return [
    { ...base, name: 'stage_bits', value: value(bits.shrunk), goal: 3.45 },
    { ...base, name: 'stage_bits_marginal', value: value(bits.marginal) },
    { ...base, name: 'stage_bits_order_1', value: value(bits.plain) },
  ];
}
