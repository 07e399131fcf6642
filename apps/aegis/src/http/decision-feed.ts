import type { DecisionChange } from '../node/services.ts';
import type { PolicyUpdate } from '../policy/policies.ts';

/** What followers are told: a decision that changed, or that another policy is in force. */
export type FeedChange = DecisionChange | { readonly kind: 'policy'; readonly policy: PolicyUpdate };

/** A change with its place in the order of changes of this process. */
export interface FeedItem {
  readonly sequence: number;
  readonly change: FeedChange;
}

export interface DecisionFeedOptions {
  readonly epoch: string;
  /** Changes that are kept. */
  readonly capacity: number;
  /** At the same time, at most. */
  readonly followers: number;
}

/**
 * The latest changes of decisions, kept once for all who follow them: a slow follower costs no memory, it only
 * falls behind until its place is no longer kept.
 */
export class DecisionFeed {
  /** Tells this feed's sequence numbers from those of the process before. */
  readonly epoch: string;
  readonly #capacity: number;
  readonly #items: FeedItem[] = [];
  readonly #waiting = new Set<() => void>();
  #places: number;
  #last = 0;

  constructor(options: DecisionFeedOptions) {
    this.epoch = options.epoch;
    this.#capacity = options.capacity;
    this.#places = options.followers;
  }

  /** A place among the followers, given back when the signal is aborted. False where there is none left. */
  takePlace(signal: AbortSignal): boolean {
    if (this.#places === 0 || signal.aborted) return false;
    this.#places--;
    signal.addEventListener('abort', () => this.#places++, { once: true });
    return true;
  }

  /** The sequence number of the newest change; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  push(change: FeedChange): void {
    this.#last++;
    this.#items[this.#last % this.#capacity] = { sequence: this.#last, change };
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of woken) wake();
  }

  /** What came after this sequence number, oldest first, at most `limit`; undefined where some is not kept. */
  after(sequence: number, limit: number): readonly FeedItem[] | undefined {
    if (sequence > this.#last || this.#last - sequence > this.#capacity) return undefined;
    const items: FeedItem[] = [];
    for (let next = sequence + 1; next <= this.#last && items.length < limit; next++)
      items.push(this.#items[next % this.#capacity] as FeedItem);
    return items;
  }

  /** Resolves when there is something after `sequence`, when the time has passed or the signal is aborted. */
  async waitBeyond(sequence: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#last > sequence || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#waiting.add(resolve);
    const wake = (): void => resolve();
    signal.addEventListener('abort', wake);
    await promise;
    signal.removeEventListener('abort', wake);
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }
}
