import type { ThreatLevel, Timestamp } from '@aegis/model';

/**
 * Port: one way to tell people, or the programs they watch.
 *
 * A caller may assume: `send` makes one attempt, within 20 s; once it resolves, the other side has taken the
 * message. AegisError `notifier_unavailable` is worth another try later, `notifier_refused` says that the other side
 * does not want this message. Texts may hold what attackers wrote: whatever they hold, they are shown as text, and
 * cut where the channel has a limit.
 */
export interface Notifier {
  send(message: Notification): Promise<void>;
  close(): Promise<void>;
}

/** One message. Its texts are plain text on one line. */
export interface Notification {
  /** The same whenever this is sent again. */
  readonly id: string;
  readonly at: Timestamp;
  /** What kind of thing happened: `decision`, `feed_failing`. */
  readonly event: string;
  readonly level: ThreatLevel;
  /** For the subject, at most 200 characters. */
  readonly title: string;
  /** How many things of this kind happened; `items` tells of the first of them. */
  readonly count: number;
  readonly items: readonly NotificationItem[];
  /** Who tells it. */
  readonly node: string;
}

export interface NotificationItem {
  readonly at: Timestamp;
  readonly text: string;
  /** By name, in the order in which they are shown: `address`, `reason`. */
  readonly facts: Readonly<Record<string, string>>;
}
