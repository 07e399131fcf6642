/** What RITA looks at of one pair. */
export interface RitaPair {
  /** Times, ascending, and bytes sent, in the same order. */
  readonly times: readonly number[];
  readonly sizes: readonly number[];
  /** Of the whole data set: RITA rolls a day. */
  readonly from: number;
  readonly to: number;
}

const HOUR = 3_600_000;
const BUCKETS = 24;
/** Hours that a pair must have been seen in for a duration score, and that are enough for the best. */
const LEAST_HOURS = 6;
const IDEAL_HOURS = 12;

/**
 * The beacon score of RITA version 5, 0-1, an own implementation of its published description (Active Countermeasures,
 * "RITA" documentation and the notes of the histogram score): the mean of four scores. Timestamps and sizes: Bowley's
 * skewness and the median absolute deviation. Histogram: the evenness of 24 buckets, or two levels. Duration: how much
 * of the time it covers, and its longest run of hours.
 */
export function ritaScore({ times, sizes, from, to }: RitaPair): number {
  const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
  if (gaps.length < 3) return 0;
  const buckets = bucketsOf(times, from, to);
  const scores = [symmetry(gaps), symmetry(sizes), histogram(buckets), duration(times, buckets, from, to)];
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The mean of 1 - |Bowley's skewness| and 1 - MAD / median. */
function symmetry(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, middle, high] = [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  const reliable = high !== low && middle !== low && middle !== high;
  const skew = reliable ? Math.abs((high + low - 2 * middle) / (high - low)) : 0;
  const deviations = values.map((value) => Math.abs(value - middle)).sort((a, b) => a - b);
  const mad = quantile(deviations, 0.5);
  const dispersion = middle > 0 ? Math.max(0, (middle - mad) / middle) : mad === 0 ? 1 : 0;
  return (1 - skew + dispersion) / 2;
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below] as number, sorted[Math.min(below + 1, sorted.length - 1)] as number];
  return a + (place - below) * (b - a);
}

function bucketsOf(times: readonly number[], from: number, to: number): readonly number[] {
  const counts = new Array<number>(BUCKETS).fill(0);
  // Of a rolling day, whatever the age of the pair.
  const start = Math.min(from, to - BUCKETS * HOUR);
  for (const time of times) {
    const bucket = Math.min(BUCKETS - 1, Math.floor(((time - start) / (to - start)) * BUCKETS));
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  return counts;
}

function histogram(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const deviation = Math.sqrt(counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length);
  const even = Math.max(0, 1 - deviation / mean);
  const filled = counts.filter((count) => count > 0);
  if (filled.length < 11) return even;
  const width = Math.ceil(Math.max(...filled) * 0.05);
  const levels = new Map<number, number>();
  for (const count of filled) {
    const level = Math.floor(count / width);
    levels.set(level, (levels.get(level) ?? 0) + 1);
  }
  const [first = 0, second = 0] = [...levels.values()].sort((a, b) => b - a);
  return Math.max(even, Math.min(1, (first + second) / (filled.length - 1)));
}

function duration(times: readonly number[], counts: readonly number[], from: number, to: number): number {
  if (counts.filter((count) => count > 0).length < LEAST_HOURS) return 0;
  const day = Math.max(to - from, BUCKETS * HOUR);
  const coverage = ((times.at(-1) as number) - (times[0] as number)) / day;
  let run = 0;
  let longest = 0;
  for (const count of counts) {
    run = count > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.min(1, Math.max(coverage, longest / IDEAL_HOURS));
}
