import type { WatchEvent } from './messages/watch-messages.ts';

/**
 * How far a watcher is. A revision may change several keys and come in several answers; between two of them the watch
 * may go on with another member, which tells the whole revision again. An older member may tell even older ones.
 */
export class WatchPosition {
  #revision: number;
  /** Delivered of that revision; undefined: all there was. */
  #keys: Set<string> | undefined;

  constructor(after: number) {
    this.#revision = after;
  }

  /**
   * From which revision to ask again. One that is delivered already: were it gone, a delete of the next one could be
   * gone with it and nobody would say so.
   */
  get from(): number {
    return Math.max(1, this.#revision);
  }

  /** Whether it was not delivered before; it counts as delivered now. */
  take({ entry }: WatchEvent): boolean {
    const { key, modRevision } = entry;
    if (modRevision < this.#revision) return false;
    if (modRevision > this.#revision) {
      this.#revision = modRevision;
      this.#keys = new Set();
    } else if (this.#keys === undefined || this.#keys.has(key)) return false;
    this.#keys.add(key);
    return true;
  }

  /** Everything up to the last delivered change was delivered. */
  wholeAnswer(): void {
    this.#keys = undefined;
  }

  /** There is nothing to deliver up to this revision. */
  nothingUpTo(revision: number): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    this.#keys = undefined;
  }
}
