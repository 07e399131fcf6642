import type { Random } from '@aegis/model';
import type { BipartiteGraph } from './bipartite-graph.ts';
import { spectralParts } from './spectral-parts.ts';

export interface GroupScores {
  /** Of each destination, how much of the graph's structure is a group around it that shows heartbeats; 0-1. */
  readonly destinations: Float64Array;
  /** Of each client, its part in such groups; 0-1. */
  readonly clients: Float64Array;
  /** lambda_2 of the regularised Laplacian. */
  readonly lambda2: number;
}

const PARTS = 8;

/**
 * HLIG: how much each node has a part in the low eigenvectors of the graph, each eigenvector counted by how low it
 * is (sigma squared), and each node by the share of its edges' weight that comes from evidence of heartbeats. Edges
 * are weighted by that evidence, so that the groups that hang together most are those that call home together.
 */
export function groupScores(graph: BipartiteGraph, evidence: ArrayLike<number>, random: Random): GroupScores {
  const parts = spectralParts(graph, PARTS, random);
  const sides = [
    { size: graph.destinations, nodes: graph.destination },
    { size: graph.clients, nodes: graph.client },
  ] as const;
  const [destinations, clients] = sides.map(({ size, nodes }, side) => {
    const scores = new Float64Array(size);
    for (const { lambda, ...of } of parts) {
      const vector = side === 0 ? of.destinations : of.clients;
      for (let i = 0; i < size; i++)
        scores[i] = (scores[i] as number) + (1 - lambda) ** 2 * (vector[i] as number) ** 2;
    }
    const weight = new Float64Array(size);
    const speaking = new Float64Array(size);
    for (let e = 0; e < graph.weight.length; e++) {
      const node = nodes[e] as number;
      weight[node] = (weight[node] as number) + (graph.weight[e] as number);
      speaking[node] = (speaking[node] as number) + (evidence[e] as number);
    }
    return scores.map((score, i) =>
      Math.min(1, score * ((speaking[i] as number) / Math.max(weight[i] as number, 1e-9))),
    );
  });
  return {
    destinations: destinations as Float64Array,
    clients: clients as Float64Array,
    lambda2: parts[1]?.lambda ?? 1,
  };
}
