import { ticksAt } from '../buckets/ticks.ts';
import type { BucketConfig } from '../config/guard-config.ts';
import { TRUST_BANDS } from '../trust/trust-bands.ts';
import { DIMENSIONS, type Dimension } from './dimension.ts';

const BANDS = TRUST_BANDS.length;
const SECOND_TICKS = 256_000;

/**
 * What a token costs, in ticks, for each dimension and trust band, and how much time a bucket holds. Trust divides
 * the price and leaves the time from empty to full alone, so that it multiplies rate and burst alike. Since a
 * bucket keeps only a time, a table of new rates holds for live buckets at once.
 */
export class RateTable {
  readonly #prices: Float64Array;
  readonly #tolerances: Int32Array;

  constructor(limits: Readonly<Record<Dimension, BucketConfig>>) {
    this.#prices = new Float64Array(DIMENSIONS.length * BANDS);
    this.#tolerances = new Int32Array(DIMENSIONS.length);
    for (const [index, name] of DIMENSIONS.entries()) {
      const { perSecond, burst } = limits[name];
      for (const [band, { limits: times }] of TRUST_BANDS.entries())
        this.#prices[index * BANDS + band] = SECOND_TICKS / (perSecond * times);
      this.#tolerances[index] = ticksAt((burst / perSecond) * 1000);
    }
  }

  /** The charge for so many tokens, ticks. Rounded down: a burst is never a token short. */
  charge(dimension: number, band: number, tokens: number, times: number): number {
    const ticks = Math.floor(((this.#prices[dimension * BANDS + band] as number) * tokens) / times);
    return Math.max(ticks, 1);
  }

  /** From empty to full, ticks. */
  tolerance(dimension: number): number {
    return this.#tolerances[dimension] as number;
  }
}
