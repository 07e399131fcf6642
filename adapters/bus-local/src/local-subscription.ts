import type { BusHandler, SubscribeOptions, Subscription } from '@aegis/ports';
import type { TopicLog } from './topic-log.ts';

/**
 * One handler's way through a topic. It reads from the log at its own pace and holds no queue: a handler that
 * falls further behind than the log reaches is told by `onGap`, and memory stays bounded.
 */
export class LocalSubscription implements Subscription {
  readonly #log: TopicLog;
  readonly #handler: BusHandler;
  readonly #options: SubscribeOptions;
  readonly #onClose: (self: LocalSubscription) => void;
  /** The number of the message that is next. */
  #next: number;
  #running = false;
  #closed = false;

  constructor(
    log: TopicLog,
    handler: BusHandler,
    options: SubscribeOptions,
    onClose: (self: LocalSubscription) => void,
  ) {
    this.#log = log;
    this.#handler = handler;
    this.#options = options;
    this.#onClose = onClose;
    this.#next = options.after === undefined ? log.last + 1 : log.numberOf(options.after) + 1;
  }

  /** Delivers what is there, in a microtask: the publisher's own stack runs no handler. */
  wake(): void {
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#onClose(this);
  }

  async #run(): Promise<void> {
    while (!this.#closed && this.#next <= this.#log.last) {
      if (this.#next < this.#log.first) {
        this.#next = this.#log.first;
        quietly(() => this.#options.onGap?.());
        continue;
      }
      const message = this.#log.at(this.#next++);
      try {
        const pending = this.#handler(message);
        if (pending !== undefined) await pending;
      } catch (error) {
        quietly(() => this.#options.onError?.(error, message));
      }
    }
    this.#running = false;
  }
}

/** Whoever fails at being told of a failure cannot be told of that. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {}
}
