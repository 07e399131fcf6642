import type { Clock } from '@aegis/model';
import type { SharedCharge, SharedLimits } from '@aegis/ports';
import { TICKS_PER_MS } from '../buckets/ticks.ts';
import type { Guard } from '../guard.ts';

export interface ReconcilerOptions {
  readonly guard: Guard;
  readonly limits: SharedLimits;
  /** That of the guard. */
  readonly clock: Clock;
  /**
   * True, the default: what all servers together admitted too much is a debt that is paid before the next call
   * passes, so that the long-run rate is that of the config. False: a bucket is emptied and not more (each server
   * then refills by itself, and N servers that are all busy with one client admit up to N times the rate).
   */
  readonly drainOverLimit?: boolean;
  /** Keys in one exchange; the rest waits for the next. */
  readonly most?: number;
}

interface Pending {
  readonly a: number;
  readonly b: number;
  readonly tolerance: number;
  charge: number;
}

/** Keys that wait at most: beyond it a key is limited by this server alone until there is room. */
const MOST_WAITING = 200_000;
const MOST_AT_ONCE = 5_000;

/**
 * Shares the buckets of several servers: each decides by itself and tells the others afterwards.
 *
 * With N servers that exchange every s ms, d ms there and back, a limit of r tokens/s and burst B admits in any
 * window of W s at most  B + r W + (N - 1) (B + 2 r (s + d))  tokens, s and d in seconds; while the store is away
 * for a time D, at most N (B + r D). What was taken meanwhile is told when it is back, a full bucket a key at most.
 */
export class Reconciler {
  /** Keys that were not shared for lack of room. */
  unshared = 0;
  failures = 0;
  readonly #options: ReconcilerOptions;
  readonly #raise: (a: number, b: number, ahead: number) => void;
  #waiting: Map<number, Pending> = new Map();
  #running: Promise<void> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    const { guard, clock } = options;
    const buckets = guard.shareTaken((a, b, charge, tolerance) => this.#note(a, b, charge, tolerance));
    this.#raise = (a, b, ahead) => buckets.raise(a, b, ahead, clock.monotonic());
  }

  /** Keys that wait to be told. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Tells what was taken and learns what others took. Rejects with what the store says; nothing is lost then. */
  reconcile(): Promise<void> {
    this.#running ??= this.#exchange().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #exchange(): Promise<void> {
    const { limits, drainOverLimit = true, most = MOST_AT_ONCE } = this.#options;
    const batch: Pending[] = [];
    for (const [key, pending] of this.#waiting) {
      if (batch.length >= most) break;
      batch.push(pending);
      this.#waiting.delete(key);
    }
    if (batch.length === 0) return;
    let aheads: readonly number[];
    try {
      aheads = await limits.exchange(batch.map(asCharge));
    } catch (error) {
      this.failures++;
      for (const pending of batch) this.#keep(pending);
      throw error;
    }
    for (const [at, { a, b, tolerance }] of batch.entries()) {
      const told = Math.floor((aheads[at] ?? 0) * TICKS_PER_MS);
      // Taken here since the exchange began, and not in its answer.
      const since = this.#waiting.get(numberOf(a, b))?.charge ?? 0;
      this.#raise(a, b, (drainOverLimit ? told : Math.min(told, tolerance)) + since);
    }
  }

  #note(a: number, b: number, charge: number, tolerance: number): void {
    const key = numberOf(a, b);
    const pending = this.#waiting.get(key);
    if (pending !== undefined) pending.charge += charge;
    else if (this.#waiting.size < MOST_WAITING) this.#waiting.set(key, { a, b, charge, tolerance });
    else this.unshared++;
  }

  /** After a failure. A long absence of the store must not become a long refusal: a bucket's worth is kept. */
  #keep({ a, b, charge, tolerance }: Pending): void {
    const key = numberOf(a, b);
    const newer = this.#waiting.get(key);
    const sum = Math.min(charge + (newer?.charge ?? 0), Math.max(tolerance, newer?.charge ?? 0));
    if (newer !== undefined) newer.charge = sum;
    else if (this.#waiting.size < MOST_WAITING) this.#waiting.set(key, { a, b, charge: sum, tolerance });
    else this.unshared++;
  }
}

function asCharge({ a, b, charge }: Pending): SharedCharge {
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return { key: hex(a) + hex(b), chargeMs: charge / TICKS_PER_MS };
}

/** 53 bits of a hash, as a number. */
function numberOf(a: number, b: number): number {
  return (a & 0x1f_ffff) * 4_294_967_296 + (b >>> 0);
}
