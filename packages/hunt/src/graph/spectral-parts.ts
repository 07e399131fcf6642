import type { Random } from '@aegis/model';
import type { BipartiteGraph } from './bipartite-graph.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

export interface SpectralPart {
  /** Eigenvalue of the regularised normalised Laplacian: 1 - sigma. Low for a group that hangs together. */
  readonly lambda: number;
  /** Of each client and each destination; both of length 1. */
  readonly clients: Float64Array;
  readonly destinations: Float64Array;
}

const STEPS = 24;

/**
 * The low end of the spectrum of L = I - D^-1/2 W D^-1/2 of a bipartite graph. Its eigenvalues are 1 ± sigma with the
 * singular values sigma of the block between the sides, so that the lowest come from the largest singular values.
 * Degrees are raised by tau, the mean degree of the side (Qin and Rohe, "Regularized Spectral Clustering under the
 * Degree-Corrected Stochastic Blockmodel", NIPS 2013): without it every tiny component has lambda 0 and hides what is
 * looked for.
 *
 * Lanczos on M^T M with full reorthogonalisation (Golub and Van Loan, section 10.1): 24 steps of two passes over the
 * edges each, and 24 vectors of the destinations' side.
 */
export function spectralParts(graph: BipartiteGraph, count: number, random: Random): readonly SpectralPart[] {
  const { clients, destinations, client, destination } = graph;
  if (clients === 0 || destinations === 0) return [];
  const weight = normalised(graph);
  const edges = weight.length;
  const toClients = (from: Float64Array): Float64Array => {
    const out = new Float64Array(clients);
    for (let e = 0; e < edges; e++) {
      const to = client[e] as number;
      out[to] = (out[to] as number) + (weight[e] as number) * (from[destination[e] as number] as number);
    }
    return out;
  };
  const toDestinations = (from: Float64Array): Float64Array => {
    const out = new Float64Array(destinations);
    for (let e = 0; e < edges; e++) {
      const to = destination[e] as number;
      out[to] = (out[to] as number) + (weight[e] as number) * (from[client[e] as number] as number);
    }
    return out;
  };

  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next: Float64Array = Float64Array.from({ length: destinations }, () => random.next() - 0.5);
  let length = scale(next);
  while (basis.length < Math.min(STEPS, destinations) && length > 1e-10) {
    basis.push(next);
    if (basis.length > 1) beside.push(length);
    const image = toDestinations(toClients(next));
    diagonal.push(dot(image, next));
    // Twice: once leaves rounding behind that makes ghosts of what was found.
    for (let twice = 0; twice < 2; twice++)
      for (const known of basis) subtract(image, known, dot(image, known));
    length = scale(image);
    next = image;
  }
  const small = diagonal.map((value, i) => {
    const row = new Float64Array(diagonal.length);
    row[i] = value;
    if (i > 0) row[i - 1] = beside[i - 1] as number;
    if (i + 1 < diagonal.length) row[i + 1] = beside[i] as number;
    return row;
  });
  const { values, vectors } = symmetricEigen(small);
  return vectors.slice(0, count).map((coefficients, i) => {
    const right = new Float64Array(destinations);
    coefficients.forEach((coefficient, k) => {
      subtract(right, basis[k] as Float64Array, -coefficient);
    });
    const left = toClients(right);
    scale(left);
    return {
      lambda: 1 - Math.sqrt(Math.max(0, values[i] as number)),
      clients: left,
      destinations: right,
    };
  });
}

/** Weights of the edges of D^-1/2 W D^-1/2, degrees raised by their side's mean. */
function normalised({ clients, destinations, client, destination, weight }: BipartiteGraph): Float64Array {
  const left = new Float64Array(clients);
  const right = new Float64Array(destinations);
  let total = 0;
  for (let e = 0; e < weight.length; e++) {
    const [c, d, w] = [client[e] as number, destination[e] as number, weight[e] as number];
    left[c] = (left[c] as number) + w;
    right[d] = (right[d] as number) + w;
    total += w;
  }
  const [tauLeft, tauRight] = [total / clients, total / destinations];
  return Float64Array.from(weight, (w, e) => {
    const degrees =
      ((left[client[e] as number] as number) + tauLeft) *
      ((right[destination[e] as number] as number) + tauRight);
    return w / Math.sqrt(degrees);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function subtract(from: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - times * (what[i] as number);
}

/** Makes its length 1; the length it had. */
function scale(vector: Float64Array): number {
  const length = Math.sqrt(dot(vector, vector));
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length;
  return length;
}
