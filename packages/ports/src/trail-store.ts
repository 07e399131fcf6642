import type { Timestamp } from '@aegis/model';

/**
 * Port: where a trail is kept: what happened (bodies), the hashes of it (leaves and nodes of a Merkle tree) and
 * the signed checkpoints over them. It computes no hash and believes nothing.
 *
 * A caller may assume: once a write resolves it survives kill -9; entries are numbered from 0 without a gap;
 * hashes and checkpoints are never removed, bodies only by `expire`. All methods throw AegisError
 * `trail_unavailable` where the store cannot do it.
 */
export interface TrailStore {
  /** How many entries there are, and how far into the ledger's journal they reach. */
  extent(): Promise<TrailExtent>;
  /**
   * All of it or nothing. Throws AegisError `trail_conflict` where the first entry is not the next one: someone
   * else appended.
   */
  append(batch: TrailBatch): Promise<void>;
  /** From that number on, in order. */
  entries(from: number, limit: number): Promise<readonly StoredTrailEntry[]>;
  /** The number of the entry about the record with this id. */
  find(id: string): Promise<number | undefined>;
  /** In the order asked for; AegisError `trail_damaged` where one is missing. */
  nodes(ids: readonly TrailNodeId[]): Promise<readonly Uint8Array[]>;

  /** The next after all that are there. */
  appendCheckpoint(checkpoint: StoredCheckpoint): Promise<void>;
  /** In the order they were appended, after that many. */
  checkpoints(after: number, limit: number): Promise<readonly StoredCheckpoint[]>;
  latestCheckpoint(): Promise<StoredCheckpoint | undefined>;

  /** Removes the bodies of entries recorded before this; their hashes stay. How many. */
  expire(before: Timestamp): Promise<number>;
  close(): Promise<void>;
}

export interface TrailExtent {
  readonly size: number;
  /** The last journal number that is on the trail; 0 before the first. */
  readonly position: number;
  /** `at` of the last entry; 0 before the first. */
  readonly at: Timestamp;
}

export interface TrailBatch {
  readonly entries: readonly NewTrailEntry[];
  /** Nodes that the entries complete, leaves among them. */
  readonly nodes: readonly StoredTrailNode[];
  readonly position: number;
}

export interface NewTrailEntry {
  readonly index: number;
  readonly hash: Uint8Array;
  /** When it was recorded. */
  readonly at: Timestamp;
  /** Of the record it is about. */
  readonly id: string;
  /** Canonical JSON, masked. */
  readonly body: string;
}

export interface StoredTrailEntry extends Omit<NewTrailEntry, 'body'> {
  /** Absent once it has expired. */
  readonly body?: string;
}

export interface TrailNodeId {
  readonly level: number;
  readonly index: number;
}

export interface StoredTrailNode extends TrailNodeId {
  readonly hash: Uint8Array;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly at: Timestamp;
  /** As signed. */
  readonly text: string;
}
