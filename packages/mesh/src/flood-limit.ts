import type { Timestamp } from '@aegis/model';

export interface FloodRule {
  /** Messages of one node that are taken in the long run. */
  readonly perSecond: number;
  /** That many may come at once. */
  readonly burst: number;
}

/**
 * How much of what one node sends is taken. By the time at which the bus took the messages: who was away and reads
 * an hour at once sees no flood that was none. The same rule, asked by the sender, keeps an honest node below it.
 */
export class FloodLimit {
  readonly #rule: FloodRule;
  /** When the bucket of each node is full again, ms (GCRA). */
  readonly #full = new Map<string, number>();

  constructor(rule: FloodRule) {
    this.#rule = rule;
  }

  /** Takes as many as there is room for, and says how many. */
  take(node: string, count: number, at: Timestamp): number {
    const { perSecond, burst } = this.#rule;
    const each = 1_000 / perSecond;
    const full = Math.max(this.#full.get(node) ?? 0, at);
    const room = Math.floor((at + burst * each - full) / each + 1e-9);
    const taken = Math.max(0, Math.min(count, room));
    if (taken > 0) this.#full.set(node, full + taken * each);
    return taken;
  }

  /** How long to wait until so many would be taken, ms; at most `burst` of them. */
  waitFor(node: string, count: number, at: Timestamp): number {
    const { perSecond, burst } = this.#rule;
    const each = 1_000 / perSecond;
    const full = Math.max(this.#full.get(node) ?? 0, at);
    return Math.max(0, full + Math.min(count, burst) * each - burst * each - at);
  }
}
