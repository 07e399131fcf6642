import { isLocal, isServer } from './host-kind.ts';
import type { PairTable } from './table/pair-table.ts';

/** Who uses what: the counts that tell a service that all use from a server that few know. */
export interface Audience {
  /** Hosts that got an answer from somewhere. */
  readonly clients: number;
  /** Hosts that got an answer from this destination or another of its network (/24, /48). */
  readonly users: (destination: number) => number;
}

/** Whether the pair may be a bot's: opened from within, or between unknowns, to what can be a server. */
export function isOutward(pairs: PairTable, pair: number): boolean {
  const { hosts } = pairs;
  const destination = pairs.destination(pair);
  if (!isServer(hosts, destination)) return false;
  return !isLocal(hosts, destination) || isLocal(hosts, pairs.source(pair));
}

/**
 * Only who was answered counts: sources that were made up get no answer, and cannot make a server popular. Where no
 * flow tells what came back, all count.
 */
export function audienceOf(pairs: PairTable): Audience {
  const counted: number[] = [];
  const all: number[] = [];
  for (let pair = 0; pair < pairs.size; pair++) {
    if (!isOutward(pairs, pair)) continue;
    all.push(pair);
    if (pairs.wasAnswered(pair)) counted.push(pair);
  }
  const clients = new Set<number>();
  const networks = new Map<string, Set<number>>();
  for (const pair of counted.length > 0 ? counted : all) {
    const source = pairs.source(pair);
    clients.add(source);
    const network = networkOf(pairs, pairs.destination(pair));
    const users = networks.get(network);
    if (users === undefined) networks.set(network, new Set([source]));
    else users.add(source);
  }
  return {
    clients: clients.size,
    users: (destination) => networks.get(networkOf(pairs, destination))?.size ?? 0,
  };
}

function networkOf({ hosts }: PairTable, id: number): string {
  if (hosts.isIPv4(id)) return `4:${hosts.word(id, 3) >>> 8}`;
  return `6:${hosts.word(id, 0)}:${hosts.word(id, 1) >>> 16}`;
}
