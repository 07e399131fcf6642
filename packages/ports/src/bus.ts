import type { Timestamp } from '@aegis/model';

/**
 * Port: low-latency broadcast with ordered replay.
 *
 * A caller may assume: every subscriber of a topic gets every message published after it subscribed, in
 * position order and once each; with `after` it first gets what was published since that position, as far as
 * it is still kept, and is told by `onGap` when some is not. One handler's failure reaches no other handler
 * and no publisher. A subscription outlives failures of the bus: it goes on where it was, by itself.
 */
export interface Bus {
  /**
   * Resolves with the message's position once it can be replayed. Throws AegisError `bus_unavailable`: the message
   * may have been published all the same.
   */
  publish(topic: string, payload: string, options?: PublishOptions): Promise<Position>;
  /** Throws AegisError `bus_unavailable` where the bus is away. */
  subscribe(topic: string, handler: BusHandler, options?: SubscribeOptions): Promise<Subscription>;
  /**
   * The last message of each key that was published to be retained and whose time is not over, in no order. With
   * them whoever met a gap catches up. Throws AegisError `bus_unavailable`.
   */
  retained(topic: string): AsyncIterable<BusMessage>;
  /** The clock by which messages are stamped. Throws AegisError `bus_unavailable`. */
  now(): Promise<Timestamp>;
  close(): Promise<void>;
}

/** Opaque; ordered within its topic. */
export type Position = string;

export interface BusMessage {
  readonly topic: string;
  readonly position: Position;
  readonly payload: string;
  /** When the bus took it, by the clock of the bus. */
  readonly at: Timestamp;
}

export interface PublishOptions {
  readonly retain?: Retention;
}

/** The message is kept apart until then, or until another of its topic takes its key. */
export interface Retention {
  /** At most 256 characters. */
  readonly key: string;
  /** By the clock of the bus. */
  readonly until: Timestamp;
}

/** May be async; the next message of this subscription waits for it. */
export type BusHandler = (message: BusMessage) => void | Promise<void>;

export interface SubscribeOptions {
  /** Replay what came after this position first. */
  readonly after?: Position;
  /**
   * Messages since `after`, or since the last one of a handler that is far behind, are no longer kept:
   * resynchronise by other means. What is still kept comes next.
   */
  readonly onGap?: () => void;
  /** A handler threw or rejected; the message counts as delivered. */
  readonly onError?: (error: unknown, message: BusMessage) => void;
}

export interface Subscription {
  /** No handler call starts after this resolves. */
  close(): Promise<void>;
}
