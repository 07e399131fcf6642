import type { Random, Timestamp } from '@aegis/model';
import { type Audience, audienceOf, isOutward } from './audience.ts';
import type { Bot, Candidate, Signal } from './candidate.ts';
import { FLOW_PROTOCOLS } from './flow.ts';
import type { BipartiteGraph } from './graph/bipartite-graph.ts';
import { type GroupScores, groupScores } from './graph/group-scores.ts';
import { confidenceOf, scoreOf } from './score.ts';
import type { Beacon } from './signals/beacon.ts';
import { destinationSignals } from './signals/destination-signals.ts';
import { pairSignals } from './signals/pair-signals.ts';
import type { Pair, PairTable } from './table/pair-table.ts';

export interface Judgement {
  readonly from?: Timestamp;
  readonly to?: Timestamp;
  /** Hosts that were answered from somewhere. */
  readonly clients: number;
  /** The most suspicious first; those that nothing speaks for are left out. */
  readonly candidates: readonly Candidate[];
  /** lambda_2 of the graph. */
  readonly lambda2: number;
  /** `address:port` and how much of the graph's structure is a group around it. */
  readonly structure: readonly (readonly [string, number])[];
}

export interface Evidence {
  readonly pairs: PairTable;
  /** By pair; those without a heartbeat are not there. */
  readonly beacons: ReadonlyMap<number, Beacon>;
  readonly names: ReadonlyMap<string, string>;
  readonly random: Random;
}

/** Candidates told at most, and bots and gaps of each. */
const MOST_CANDIDATES = 1_000;
const MOST_BOTS = 4_096;
const MOST_GAPS = 64;
/** Weight of an edge without a heartbeat, and what evidence adds to it at most. */
const PLAIN_EDGE = 0.05;
const MOST_EVIDENCE = 1;
const EVIDENCE_SCALE = 10;
/** A source with a heartbeat of one period to more destinations than this asks after them: a monitor, a poller. */
const POLLED = 8;

export function judge({ pairs, beacons, names, random }: Evidence): Judgement {
  const audience = audienceOf(pairs);
  const groups = destinationsOf(pairs);
  const graph = graphOf(pairs, beacons, groups);
  const scores = groupScores(graph.graph, graph.evidence, random);
  const rank = ranks(scores);
  const polled = pollers(pairs, beacons);
  const candidates: Candidate[] = [];
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  groups.forEach((members, index) => {
    const context = { pairs, beacons, names, audience, polled };
    const candidate = candidateOf(members, rank[index], context);
    for (const pair of members) {
      const { first, last } = pairs.pair(pair);
      from = Math.min(from, first);
      to = Math.max(to, last);
    }
    if (candidate !== undefined) candidates.push(candidate);
  });
  candidates.sort(
    (a, b) => b.score - a.score || b.confidence - a.confidence || (a.address < b.address ? -1 : 1),
  );
  return {
    ...(to >= from && { from, to }),
    clients: audience.clients,
    candidates: candidates.slice(0, MOST_CANDIDATES),
    lambda2: scores.lambda2,
    structure: structureOf(pairs, groups, scores),
  };
}

interface Context {
  readonly pairs: PairTable;
  readonly beacons: ReadonlyMap<number, Beacon>;
  readonly names: ReadonlyMap<string, string>;
  readonly audience: Audience;
  readonly polled: ReadonlySet<number>;
}

/** Pairs by destination and service. */
function destinationsOf(pairs: PairTable): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (let pair = 0; pair < pairs.size; pair++) {
    if (!isOutward(pairs, pair)) continue;
    // 2^24 services: exact for up to 2^29 hosts.
    const key = pairs.destination(pair) * 2 ** 24 + pairs.service(pair);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pair]);
    else group.push(pair);
  }
  return [...groups.values()];
}

function graphOf(
  pairs: PairTable,
  beacons: ReadonlyMap<number, Beacon>,
  groups: readonly (readonly number[])[],
): { readonly graph: BipartiteGraph; readonly evidence: readonly number[] } {
  const client: number[] = [];
  const destination: number[] = [];
  const weight: number[] = [];
  const evidence: number[] = [];
  const clients = new Map<number, number>();
  groups.forEach((members, index) => {
    for (const pair of members) {
      const source = pairs.source(pair);
      const id = clients.get(source) ?? clients.size;
      clients.set(source, id);
      const speaks = Math.min(MOST_EVIDENCE, Math.max(0, beacons.get(pair)?.evidence ?? 0) / EVIDENCE_SCALE);
      client.push(id);
      destination.push(index);
      weight.push(PLAIN_EDGE + speaks);
      evidence.push(speaks);
    }
  });
  return {
    graph: { clients: clients.size, destinations: groups.length, client, destination, weight },
    evidence,
  };
}

/** Place of each destination by group score, from 1; 0 where it has none. */
function ranks({ destinations }: GroupScores): Uint32Array {
  const order = [...destinations.keys()].filter((i) => (destinations[i] as number) > 1e-4);
  order.sort((a, b) => (destinations[b] as number) - (destinations[a] as number) || a - b);
  const rank = new Uint32Array(destinations.length);
  order.forEach((index, place) => {
    rank[index] = place + 1;
  });
  return rank;
}

/** Pairs of sources that ask many destinations at one and the same period. */
function pollers(pairs: PairTable, beacons: ReadonlyMap<number, Beacon>): ReadonlySet<number> {
  const alike = new Map<string, number[]>();
  for (const [pair, { periodMs }] of beacons) {
    const key = `${pairs.source(pair)}:${Math.round(Math.log(Math.max(1, periodMs)) * 10)}`;
    const members = alike.get(key);
    if (members === undefined) alike.set(key, [pair]);
    else members.push(pair);
  }
  return new Set([...alike.values()].filter(({ length }) => length > POLLED).flat());
}

function candidateOf(
  members: readonly number[],
  rank: number | undefined,
  context: Context,
): Candidate | undefined {
  const { pairs, beacons, names, audience, polled } = context;
  const judged = members.map((index) => {
    const pair = pairs.pair(index);
    const beacon = beacons.get(index);
    const signals = pairSignals(pair, beacon, polled.has(index));
    return { index, pair, beacon, signals, weight: sum(signals) };
  });
  judged.sort((a, b) => b.weight - a.weight || a.index - b.index);
  const [best] = judged;
  if (best === undefined || best.signals.every(({ weight }) => weight <= 0)) return undefined;
  const address = pairs.hosts.address(best.pair.destination);
  const name = names.get(address);
  const users = audience.users(best.pair.destination);
  const about = destinationSignals({
    port: best.pair.port,
    protocol: FLOW_PROTOCOLS[best.pair.protocol] ?? 'other',
    users,
    clients: audience.clients,
    name,
    rank: rank ?? 0,
    beacons: judged.flatMap(({ beacon }) => beacon ?? []),
  });
  const signals = [...best.signals, ...about.signals].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const shared = sum(about.signals);
  const bots = judged
    .slice(0, MOST_BOTS)
    .filter(({ signals: own }) => own.some(({ weight }) => weight > 0))
    .map((each) => botOf(each, shared, pairs));
  const service = FLOW_PROTOCOLS[best.pair.protocol] ?? 'other';
  return {
    address,
    port: best.pair.port,
    protocol: service,
    ...(name !== undefined && { name }),
    score: scoreOf(best.weight + shared),
    confidence: confidenceOf(best.pair, best.beacon, bots.length, audience.clients),
    ...(best.beacon !== undefined && { heartbeatSeconds: Math.round(best.beacon.periodMs) / 1_000 }),
    clients: members.length,
    popular: about.popular,
    firstSeen: judged.reduce((first, { pair }) => Math.min(first, pair.first), best.pair.first),
    lastSeen: judged.reduce((last, { pair }) => Math.max(last, pair.last), best.pair.last),
    bots,
    signals,
  };
}

function botOf(
  { index, pair, beacon, weight }: { index: number; pair: Pair; beacon: Beacon | undefined; weight: number },
  shared: number,
  pairs: PairTable,
): Bot {
  const times = pairs.times(index);
  const recentGaps: number[] = [];
  for (let i = Math.max(1, times.length - MOST_GAPS); i < times.length; i++)
    recentGaps.push((times[i] as number) - (times[i - 1] as number));
  return {
    address: pairs.hosts.address(pair.source),
    suspicion: scoreOf(weight + shared),
    flows: pair.flows,
    ...(beacon !== undefined && { beacon }),
    recentGaps,
  };
}

function structureOf(
  pairs: PairTable,
  groups: readonly (readonly number[])[],
  { destinations }: GroupScores,
): readonly (readonly [string, number])[] {
  const found: (readonly [string, number])[] = [];
  groups.forEach(([first], index) => {
    const mass = destinations[index] as number;
    if (first === undefined || mass < 1e-4) return;
    found.push([`${pairs.hosts.address(pairs.destination(first))}:${pairs.service(first) >>> 8}`, mass]);
  });
  return found;
}

function sum(signals: readonly Signal[]): number {
  return signals.reduce((total, { weight }) => total + weight, 0);
}
