import type { Timestamp } from '@aegis/model';
import type { BusMessage, Retention } from '@aegis/ports';

interface Retained {
  readonly until: Timestamp;
  readonly message: BusMessage;
}

/** The last message of each key of one topic. What is over is let go when as much again has come. */
export class RetainedMessages {
  readonly #kept = new Map<string, Retained>();
  #tidyAt = 1_024;

  keep({ key, until }: Retention, message: BusMessage, now: Timestamp): void {
    this.#kept.set(key, { until, message });
    if (this.#kept.size < this.#tidyAt) return;
    for (const [each, { until: end }] of this.#kept) if (end <= now) this.#kept.delete(each);
    this.#tidyAt = Math.max(1_024, 2 * this.#kept.size);
  }

  at(now: Timestamp): readonly BusMessage[] {
    return [...this.#kept.values()].filter(({ until }) => until > now).map(({ message }) => message);
  }
}
