/**
 * Port: an append-only stream of messages shared by consumer groups; at-least-once.
 *
 * A caller may assume: once `append` resolves the message survives kill -9 of any process; every group sees
 * every message, from the beginning of the stream, whenever the group was made; a message delivered to one
 * consumer of a group is delivered to no other until it is idle long enough to be reclaimed; a message leaves
 * a group only by `ack` or by `bury`. Order within one stream is the order of appending, except for redelivery.
 */
export interface Stream {
  /**
   * Durably appends all of them or none; ids come in the same order. Throws AegisError `stream_full` where they do
   * not fit beside what is not finished yet, `disk_full` where the disk has no room, `stream_store_full` where the
   * server that keeps them has no memory or disk left, `stream_unavailable` otherwise.
   */
  append(payloads: readonly string[]): Promise<readonly string[]>;
  /** The group of that name, made when it is new. It starts at the beginning of the stream. */
  group(name: string): Promise<ConsumerGroup>;
  /** How many messages are kept. */
  length(): Promise<number>;
  /**
   * Removes messages that every group has finished with and that are older than this. Returns how many. While
   * there is no group nobody has finished, and nothing is removed.
   */
  trim(olderThanMs: number): Promise<number>;
  close(): Promise<void>;
}

export interface ConsumerGroup {
  /**
   * Up to `count` messages that no consumer of the group has had. Waits up to `blockMs` for the first one;
   * an empty answer means none came, or the signal was aborted.
   */
  read(consumer: string, options: ReadOptions): Promise<readonly Delivery[]>;
  /** Takes over up to `count` messages that were delivered `minIdleMs` ago or longer and not finished. */
  reclaim(consumer: string, options: ReclaimOptions): Promise<readonly Delivery[]>;
  /** Marks them done. Unknown or already finished ids are ignored. */
  ack(ids: readonly string[]): Promise<void>;
  /**
   * Moves one message to the group's dead letters, with the reason, and marks it done; both or neither. One that
   * is finished already is left as it is.
   */
  bury(delivery: Delivery, reason: string): Promise<void>;
  /** Dead letters, oldest first; `after` is the id of the last one had. */
  buried(options: { readonly limit: number; readonly after?: string }): Promise<readonly DeadLetter[]>;
  /** Forgets dead letters, by their ids as `buried` gives them. Unknown ids are ignored. */
  discard(ids: readonly string[]): Promise<void>;
  stats(): Promise<GroupStats>;
}

export interface ReadOptions {
  readonly count: number;
  readonly blockMs: number;
  readonly signal?: AbortSignal;
}

export interface ReclaimOptions {
  readonly minIdleMs: number;
  readonly count: number;
  /** Only what this consumer holds: with `minIdleMs` 0, what one of the same name left behind when it died. */
  readonly from?: string;
}

export interface Delivery {
  readonly id: string;
  readonly payload: string;
  /** 1 the first time. */
  readonly attempt: number;
}

export interface DeadLetter {
  readonly id: string;
  readonly payload: string;
  readonly reason: string;
  readonly attempt: number;
  /** When it was buried, ms. */
  readonly at: number;
}

export interface GroupStats {
  /** Not yet delivered to anyone in the group. */
  readonly waiting: number;
  /** Delivered and not finished. */
  readonly pending: number;
  readonly buried: number;
}
