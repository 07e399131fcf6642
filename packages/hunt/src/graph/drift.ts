/** How far the structure of this window is from what it was before. */
export interface DriftReport {
  /** Standard deviations above the baseline; 0 while the baseline is being learned, at most 20. */
  readonly score: number;
  readonly learning: boolean;
  /** What grew most, the most first: share of the departure, 0-1. */
  readonly causes: readonly { readonly key: string; readonly share: number }[];
}

/** As JSON. */
export interface DriftState {
  readonly windows: number;
  readonly mean: number;
  readonly variance: number;
  readonly masses: readonly (readonly [string, number])[];
}

const ALPHA = 0.2;
const LEARNING = 4;
const MOST_KEYS = 4_096;
const MOST_CAUSES = 10;

/**
 * Holds each window's group scores against their exponential moving average. What grew beyond its own average makes
 * up the departure, which is then held against the average and variance of departures: a network that is always
 * restless is no news. Only the largest 4,096 are remembered; what fades is forgotten.
 */
export class Drift {
  #windows = 0;
  #mean = 0;
  #variance = 0;
  #masses: Map<string, number> = new Map();

  static restore({ windows, mean, variance, masses }: DriftState): Drift {
    const drift = new Drift();
    drift.#windows = windows;
    drift.#mean = mean;
    drift.#variance = variance;
    drift.#masses = new Map(masses.slice(0, MOST_KEYS));
    return drift;
  }

  state(): DriftState {
    const masses = [...this.#masses];
    return { windows: this.#windows, mean: this.#mean, variance: this.#variance, masses };
  }

  /** Takes in a window and tells how far it is from those before. */
  observe(masses: Iterable<readonly [string, number]>): DriftReport {
    const growth: (readonly [string, number])[] = [];
    const next = new Map<string, number>();
    for (const [key, mass] of masses) {
      const before = this.#masses.get(key) ?? 0;
      if (mass > before) growth.push([key, mass - before]);
      next.set(key, before + ALPHA * (mass - before));
    }
    for (const [key, before] of this.#masses) if (!next.has(key)) next.set(key, before * (1 - ALPHA));
    const departure = growth.reduce((sum, [, by]) => sum + by, 0);
    const spread = Math.sqrt(this.#variance + 1e-4);
    const learning = this.#windows < LEARNING;
    const score = learning ? 0 : Math.min(20, Math.max(0, (departure - this.#mean) / spread));
    this.#learn(departure, next);
    const causes = growth
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, MOST_CAUSES)
      .map(([key, by]) => ({ key, share: by / departure }));
    return { score, learning, causes };
  }

  #learn(departure: number, masses: Map<string, number>): void {
    const rate = Math.max(ALPHA, 1 / (this.#windows + 1));
    const off = departure - this.#mean;
    this.#mean += rate * off;
    this.#variance = (1 - rate) * (this.#variance + rate * off * off);
    this.#windows++;
    const largest = [...masses].filter(([, mass]) => mass > 1e-6).sort(([, a], [, b]) => b - a);
    this.#masses = new Map(largest.slice(0, MOST_KEYS));
  }
}
