import { type BipartiteGraph, groupScores } from '@aegis/hunt';
import { seededRandom } from '@aegis/model';
import { coreSeconds } from './rate.ts';

export interface PlantedRank {
  /** Worst place of a planted server among all destinations. */
  readonly rank: number;
  readonly seconds: number;
  readonly edges: number;
}

/** Places bots and their servers in a network of popular and rare destinations, some of them with rhythms. */
export function plantedRank(bots: number, servers: number, destinations: number, seed: number): PlantedRank {
  const random = seededRandom(seed);
  const clients = 10_000;
  const client: number[] = [];
  const destination: number[] = [];
  const weight: number[] = [];
  const evidence: number[] = [];
  const edge = (from: number, to: number, speaks: number): void => {
    client.push(from);
    destination.push(to);
    weight.push(0.05 + speaks);
    evidence.push(speaks);
  };
  for (let from = 0; from < clients; from++)
    for (let n = 0; n < 40; n++) {
      const to = servers + Math.floor((destinations - servers) ** random.next());
      // One pair in fifty has some rhythm of its own.
      edge(from, Math.min(to, destinations - 1), random.next() < 0.02 ? 0.3 * random.next() : 0);
    }
  for (let bot = 0; bot < bots; bot++)
    for (let server = 0; server < servers; server++)
      if (server === bot % servers || random.next() < 0.3) edge(bot * 7, server, 0.5 + 0.5 * random.next());
  const graph: BipartiteGraph = { clients, destinations, client, destination, weight };
  const start = coreSeconds();
  const scores = groupScores(graph, evidence, random).destinations;
  const seconds = coreSeconds() - start;
  const planted = Math.min(...scores.subarray(0, servers));
  return { rank: scores.filter((score) => score >= planted).length, seconds, edges: client.length };
}
