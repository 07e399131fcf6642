/** Clients and destinations with weighted edges; nodes of each side are numbered from 0. */
export interface BipartiteGraph {
  readonly clients: number;
  readonly destinations: number;
  /** Ends and weight (above 0) of each edge; the three are as long as each other. */
  readonly client: ArrayLike<number>;
  readonly destination: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}
