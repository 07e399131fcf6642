import type { ThreatLevel, Timestamp } from '@aegis/model';
import type { NotificationItem } from './notifier.ts';

/**
 * Port: what people are to be told and have not been told yet, and how far the sources of it were read.
 *
 * A caller may assume: once a write resolves it survives kill -9; `add` takes all of its things and the marks that go
 * with them, or none; what is waiting alike is sealed into one message, whose id and content stay the same until it is
 * settled. All throw AegisError `notifications_unavailable`.
 */
export interface NotificationQueue {
  /** How many were dropped by channel, because it already has `limit` waiting. */
  add(
    things: readonly QueuedThing[],
    marks: Readonly<Record<string, string>>,
    limit: number,
  ): Promise<ReadonlyMap<string, number>>;
  /** What was written beside the things; undefined where nothing was. */
  mark(name: string): Promise<string | undefined>;
  /**
   * What is to be tried for this channel: a sealed message that is due, or else the oldest kind of thing that waits
   * since `readyBefore`, sealed now under this id with at most `most` items. Undefined where there is none.
   */
  take(ask: QueueAsk): Promise<QueuedMessage | undefined>;
  /** It was sent, or will never be: it is forgotten. */
  settle(id: string): Promise<void>;
  /** It was tried in vain and is due again then. */
  postpone(id: string, due: Timestamp): Promise<void>;
  /** Things that wait, by channel, sealed or not. */
  waiting(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Something that happened, for one channel. */
export interface QueuedThing {
  readonly channel: string;
  /** Things with the same words here are told together. */
  readonly group: string;
  readonly event: string;
  readonly level: ThreatLevel;
  /** Of several things together: `decisions`. */
  readonly plural: string;
  readonly item: NotificationItem;
  readonly queuedAt: Timestamp;
}

export interface QueueAsk {
  readonly channel: string;
  readonly now: Timestamp;
  readonly readyBefore: Timestamp;
  /** For a message that is sealed now. */
  readonly id: string;
  readonly most: number;
}

export interface QueuedMessage {
  readonly id: string;
  readonly event: string;
  /** The gravest of its things. */
  readonly level: ThreatLevel;
  readonly plural: string;
  readonly count: number;
  /** The first of them. */
  readonly items: readonly NotificationItem[];
  /** Tries before this one. */
  readonly tries: number;
  /** When the first of it was queued. */
  readonly since: Timestamp;
}
