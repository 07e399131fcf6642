import { seededRandom } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import type { BipartiteGraph } from './bipartite-graph.ts';
import { Drift } from './drift.ts';
import { groupScores } from './group-scores.ts';
import { spectralParts } from './spectral-parts.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

const random = seededRandom(8);

function randomGraph(clients: number, destinations: number, edges: number): BipartiteGraph {
  const make = (size: number) => Array.from({ length: edges }, () => Math.floor(random.next() * size));
  const weight = Array.from({ length: edges }, () => 0.1 + random.next());
  return { clients, destinations, client: make(clients), destination: make(destinations), weight };
}

test('eigenvectors of a small symmetric matrix satisfy their equation', () => {
  const n = 9;
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = random.next() - 0.5;
      (rows[i] as Float64Array)[j] = value;
      (rows[j] as Float64Array)[i] = value;
    }
  const { values, vectors } = symmetricEigen(rows);
  vectors.forEach((vector, k) => {
    rows.forEach((row, i) => {
      const image = row.reduce((sum, value, j) => sum + value * (vector[j] as number), 0);
      expect(image).toBeCloseTo((values[k] as number) * (vector[i] as number), 9);
    });
  });
});

test('Lanczos finds what the dense matrix has', () => {
  const graph = randomGraph(30, 20, 150);
  const parts = spectralParts(graph, 4, random);
  const { clients, destinations, client, destination, weight } = graph;
  // The dense Laplacian's counterpart, M^T M, with degrees raised by the mean.
  const total = [...(weight as number[])].reduce((a, b) => a + b, 0);
  const left = new Float64Array(clients).fill(total / clients);
  const right = new Float64Array(destinations).fill(total / destinations);
  for (let e = 0; e < weight.length; e++) {
    const [c, d] = [client[e] as number, destination[e] as number];
    left[c] = (left[c] as number) + (weight[e] as number);
    right[d] = (right[d] as number) + (weight[e] as number);
  }
  const m = Array.from({ length: clients }, () => new Float64Array(destinations));
  for (let e = 0; e < weight.length; e++) {
    const [c, d] = [client[e] as number, destination[e] as number];
    const row = m[c] as Float64Array;
    row[d] =
      (row[d] as number) + (weight[e] as number) / Math.sqrt((left[c] as number) * (right[d] as number));
  }
  const square = Array.from({ length: destinations }, (_, i) =>
    Float64Array.from({ length: destinations }, (__, j) =>
      m.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0),
    ),
  );
  const dense = symmetricEigen(square);
  parts.forEach(({ lambda }, i) => {
    expect((1 - lambda) ** 2).toBeCloseTo(dense.values[i] as number, 6);
  });
});

test('a planted group is found among crowds and among tiny components', () => {
  const crowd = randomGraph(400, 600, 6_000);
  const [client, destination, weight, evidence] = [
    [...(crowd.client as number[])],
    [...(crowd.destination as number[])],
    crowd.weight as number[],
    new Array<number>(6_000).fill(0),
  ];
  const weights = weight.map((each) => each * 0.05);
  const edge = (from: number, to: number, speaks: number): void => {
    client.push(from);
    destination.push(to);
    weights.push(0.05 + speaks);
    evidence.push(speaks);
  };
  for (let bot = 0; bot < 12; bot++) edge(bot, 600, 0.9);
  for (let pair = 0; pair < 40; pair++) edge(400 + pair, 601 + pair, 0.2);
  const graph = { clients: 440, destinations: 641, client, destination, weight: weights };
  const scores = groupScores(graph, evidence, random);
  expect(scores.destinations.indexOf(Math.max(...scores.destinations))).toBe(600);
  const suspects = [...scores.clients.keys()].sort(
    (a, b) => (scores.clients[b] as number) - (scores.clients[a] as number),
  );
  expect(suspects.slice(0, 12).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
});

test('an empty graph has no parts', () => {
  const empty = { clients: 0, destinations: 0, client: [], destination: [], weight: [] };
  expect(spectralParts(empty, 3, random)).toEqual([]);
  expect(groupScores(empty, [], random).destinations).toHaveLength(0);
});

describe('drift', () => {
  const calm = (window: number): readonly (readonly [string, number])[] =>
    Array.from({ length: 20 }, (_, i) => [`192.0.2.${i}:443`, 0.01 + 0.002 * ((i + window) % 3)] as const);

  test('what comes anew stands out, and is named; what was always there does not', () => {
    const drift = new Drift();
    for (let window = 0; window < 12; window++) expect(drift.observe(calm(window)).score).toBeLessThan(3);
    const restored = Drift.restore(JSON.parse(JSON.stringify(drift.state())));
    const { score, causes, learning } = restored.observe([...calm(12), ['203.0.113.9:443', 0.6]]);
    expect(learning).toBe(false);
    expect(score).toBeGreaterThan(5);
    expect(causes[0]).toMatchObject({ key: '203.0.113.9:443' });
    expect(causes[0]?.share).toBeGreaterThan(0.8);
  });

  test('what it remembers is bounded, and fades', () => {
    const drift = new Drift();
    drift.observe(Array.from({ length: 20_000 }, (_, i) => [`host-${i}`, 0.001 + i * 1e-6] as const));
    expect(drift.state().masses.length).toBe(4_096);
    for (let window = 0; window < 60; window++) drift.observe([]);
    expect(drift.state().masses).toEqual([]);
  });
});
