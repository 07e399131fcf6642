import type { Signal } from '../candidate.ts';
import type { FlowProtocol } from '../flow.ts';
import type { Beacon } from './beacon.ts';
import { oddName } from './odd-name.ts';
import { countWords, percentWords, timeWords } from './words.ts';

export interface Destination {
  readonly port: number;
  readonly protocol: FlowProtocol;
  /** Clients that were answered by it or its network, of all that were answered from anywhere. */
  readonly users: number;
  readonly clients: number;
  readonly name: string | undefined;
  /** Place among all destinations by the graph's group score, from 1; 0 for none. */
  readonly rank: number;
  /** Of its clients that have a heartbeat. */
  readonly beacons: readonly Beacon[];
}

/** Fewer clients do not tell what is rare and what is popular. */
const FEWEST_CLIENTS = 10;
/** Shares of the clients between which popularity begins to speak and has said all. */
const POPULAR_FROM = 0.08;
const POPULAR_TO = 0.35;
const RARE_SHARE = 0.02;
const TOP_RANKS = 10;
const ORDINARY_PORTS: ReadonlySet<number> = new Set([
  22, 25, 53, 80, 110, 123, 143, 443, 465, 587, 853, 993, 995, 1883, 3478, 5223, 5228, 8080, 8443, 8883,
]);

/** What is to be said of a destination, whoever calls it, and whether it is popular. */
export function destinationSignals(destination: Destination): {
  readonly signals: readonly Signal[];
  readonly popular: boolean;
} {
  const { port, protocol, users, clients, name, rank, beacons } = destination;
  const signals: Signal[] = [];
  const share = clients < FEWEST_CLIENTS ? 0 : users / clients;
  const popularity = Math.min(1, Math.max(0, (share - POPULAR_FROM) / (POPULAR_TO - POPULAR_FROM)));
  const used = `${countWords(users)} of ${countWords(clients)} clients use it or its network`;
  if (popularity > 0)
    signals.push({ name: 'popular', weight: -8 * popularity, why: `${used} (${percentWords(share)})` });
  else if (clients >= FEWEST_CLIENTS && users <= Math.max(2, RARE_SHARE * clients))
    signals.push({ name: 'rare', weight: 1.2, why: `only ${used}` });
  const group = together(beacons);
  if (group.length > 1)
    signals.push({
      name: 'group',
      weight: Math.min(2.5, 0.7 * Math.log(group.length)),
      why: `${countWords(group.length)} clients have the same heartbeat of about ${timeWords(group[0]?.periodMs ?? 0)}`,
    });
  if (rank > 0 && rank <= TOP_RANKS && group.length > 2)
    signals.push({
      name: 'structure',
      weight: 1,
      why: `number ${rank} of all destinations by how closely its callers hang together (spectral)`,
    });
  const odd = name === undefined ? 0 : oddName(name);
  if (name !== undefined && odd > 0.3)
    signals.push({ name: 'odd_name', weight: 2 * odd, why: `its name looks made by a machine: ${name}` });
  if (!ORDINARY_PORTS.has(port) && protocol !== 'icmp')
    signals.push({ name: 'odd_port', weight: 0.4, why: `port ${port} is of no common service` });
  if (protocol === 'udp' && (port === 123 || port === 53))
    signals.push({
      name: 'common_service',
      weight: -2,
      why: `${port === 123 ? 'NTP' : 'DNS'} has such rhythms`,
    });
  return { signals, popular: popularity >= 0.5 };
}

/** The most beacons whose periods are within a fifth of each other. */
function together(beacons: readonly Beacon[]): readonly Beacon[] {
  const sorted = [...beacons].sort((a, b) => a.periodMs - b.periodMs);
  let best: readonly [number, number] = [0, 0];
  for (let left = 0, right = 0; left < sorted.length; left++) {
    const limit = (sorted[left]?.periodMs ?? 0) * 1.2;
    while (right < sorted.length && (sorted[right]?.periodMs ?? 0) <= limit) right++;
    if (right - left > best[1] - best[0]) best = [left, right];
  }
  return sorted.slice(...best);
}
