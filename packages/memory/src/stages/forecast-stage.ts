import { type StageCounts, stepsOf } from './stage-counts.ts';

export interface StageForecast {
  /** Every stage with its probability, the likeliest first; they add up to 1 with the share of what is not known. */
  readonly probabilities: readonly { readonly stage: string; readonly probability: number }[];
  /**
   * The likeliest stage, where knowing the present one has helped to tell the next; absent where the base rates do as
   * well: then there is no prediction.
   */
  readonly prediction?: string;
  /** Bits a step that knowing the present stage saved on the steps seen from it, each left out in turn. */
  readonly gainBits: number;
  /** Steps seen from the present stage. */
  readonly seen: number;
}

/** Weight of the base rates in a row, as if so many steps had been seen. */
const ALPHA = 20;
/** Fewer steps from a stage tell nothing of it. */
const FEWEST = 20;

/**
 * The next stage of an attack: an order-1 chain whose rows are shrunk to the base rates (the mean of a Dirichlet
 * posterior, with the base rates as prior of strength `alpha`). A third of real steps goes backward, so the order of
 * the kill chain is no forecast.
 */
export function forecastStage(counts: StageCounts, present: string, alpha: number = ALPHA): StageForecast {
  const base = baseRates(counts);
  const row = counts.get(present) ?? new Map<string, number>();
  const seen = sum(row.values());
  const probabilities = [...base.shares.keys()]
    .map((stage) => ({ stage, probability: shrunk(row.get(stage) ?? 0, seen, base.share(stage), alpha) }))
    .sort((a, b) => b.probability - a.probability || (a.stage < b.stage ? -1 : 1));
  let gain = 0;
  for (const [stage, count] of row) {
    const without = base.shareWithout(stage);
    gain += count * Math.log2(shrunk(count - 1, seen - 1, without, alpha) / without);
  }
  const gainBits = seen === 0 ? 0 : gain / seen;
  const [likeliest] = probabilities;
  const helps = seen >= FEWEST && gainBits > 0 && likeliest !== undefined;
  return { probabilities, gainBits, seen, ...(helps && { prediction: likeliest.stage }) };
}

/** Probability of a step. */
export function stageProbability(
  counts: StageCounts,
  from: string,
  to: string,
  alpha: number = ALPHA,
): number {
  const row = counts.get(from) ?? new Map<string, number>();
  return shrunk(row.get(to) ?? 0, sum(row.values()), baseRates(counts).share(to), alpha);
}

/** Probability of a stage, whatever came before. */
export function stageBaseRate(counts: StageCounts, to: string): number {
  return baseRates(counts).share(to);
}

function shrunk(count: number, seen: number, base: number, alpha: number): number {
  return (count + alpha * base) / (seen + alpha);
}

interface BaseRates {
  readonly shares: ReadonlyMap<string, number>;
  /** With one more of each stage and of what was never seen (Laplace). */
  readonly share: (stage: string) => number;
  /** The same as if one step to it had not been seen. */
  readonly shareWithout: (stage: string) => number;
}

function baseRates(counts: StageCounts): BaseRates {
  const shares = new Map<string, number>();
  for (const [from, to, count] of stepsOf(counts)) {
    shares.set(to, (shares.get(to) ?? 0) + count);
    if (!shares.has(from)) shares.set(from, 0);
  }
  const total = sum(shares.values());
  const kinds = shares.size + 1;
  return {
    shares,
    share: (stage) => ((shares.get(stage) ?? 0) + 1) / (total + kinds),
    shareWithout: (stage) => (shares.get(stage) ?? 1) / (total - 1 + kinds),
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
