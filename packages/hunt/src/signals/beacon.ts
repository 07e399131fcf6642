import type { Timestamp } from '@aegis/model';

/** The heartbeat that the times of a pair have, if any. */
export interface Beacon {
  /**
   * Nats by which the gaps speak for a heartbeat and against chance, after allowing for everything that was tried.
   * Above 0 is a sign, above 5 is hard to come by by chance.
   */
  readonly evidence: number;
  /** Gaps that were looked at, bursts merged. */
  readonly gaps: number;
  /** Median of the gaps in the window. */
  readonly periodMs: number;
  /** Share of the gaps in the window, 0-1. */
  readonly share: number;
  /** Half the width of the window around its middle, as a share of it: 0.05 is "within 5%". */
  readonly tolerance: number;
  /** Flows per burst, 1 where there are none. */
  readonly burst: number;
}

const FEWEST_GAPS = 5;
/** A rhythm that fewer gaps follow is none, however narrow the window: calls may be lost, but not most of them. */
const LEAST_SHARE = 0.3;
const LEAST_IN_WINDOW = 4;
/** Flows closer than this are always one burst. */
const LEAST_BURST_GAP_MS = 50;
/** Ratios of the largest to the smallest gap of a window: from a clock's precision to a jitter of 90%. */
const WIDTHS = [1.01, 1.04, 1.15, 1.5, 2.2, 4] as const;

/**
 * Whether gaps between these times, ascending, gather in a narrow window of ratios more than chance lets them.
 *
 * The test: for windows of several widths, the largest share k/n of gaps in any window [g, g·w] is held against the
 * share q that the best-placed window would have if times came by chance (a Poisson process: exponential gaps, moved
 * by the mean length of a burst and the gap that ends it). By Sanov's theorem chance gives k of n with probability about
 * exp(-n KL(k/n || q)); the logarithm of the number of windows that were tried is taken off. People's traffic has
 * broader gaps than Poisson's, so chance gives it less, and the test errs towards finding nothing. Loss only lowers
 * the share, jitter widens the window, bursts are merged first.
 */
export function beaconOf(times: ArrayLike<Timestamp>): Beacon | undefined {
  let best: Beacon | undefined;
  const burstGaps = burstGapsOf(times);
  for (const burstGap of burstGaps) {
    const { gaps, meanSpan } = gapsBeyond(times, burstGap);
    if (gaps.length < FEWEST_GAPS) continue;
    const found = tightestWindow(gaps, burstGap + meanSpan, burstGaps.length, times.length);
    if (best === undefined || found.evidence > best.evidence) best = found;
  }
  return best;
}

/** What is tried as the gap below which flows belong together: nearly none, and small beside the larger gaps. */
function burstGapsOf(times: ArrayLike<Timestamp>): readonly number[] {
  const { gaps } = gapsBeyond(times, LEAST_BURST_GAP_MS);
  if (gaps.length < FEWEST_GAPS) return [];
  const large = gaps[Math.floor(gaps.length * 0.9)] as number;
  return [LEAST_BURST_GAP_MS, large / 20, large / 5];
}

interface Gaps {
  /** From the start of a burst to that of the next, ascending. */
  readonly gaps: Float64Array;
  /** How long a burst lasts, in the mean. */
  readonly meanSpan: number;
}

/** A burst is as long as flows follow each other within `burstGap`. */
function gapsBeyond(times: ArrayLike<Timestamp>, burstGap: number): Gaps {
  const gaps = new Float64Array(Math.max(0, times.length - 1));
  let count = 0;
  let spans = 0;
  let start = times[0] ?? 0;
  let last = start;
  for (let i = 1; i < times.length; i++) {
    const time = times[i] as number;
    if (time - last > burstGap) {
      spans += last - start;
      gaps[count++] = time - start;
      start = time;
    }
    last = time;
  }
  return { gaps: gaps.subarray(0, count).sort(), meanSpan: count === 0 ? 0 : spans / count };
}

function tightestWindow(gaps: Float64Array, floor: number, tried: number, flows: number): Beacon {
  const n = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  let best: Beacon | undefined;
  for (const width of WIDTHS) {
    let most = 0;
    let from = 0;
    for (let left = 0, right = 0; left < n; left++) {
      const limit = (gaps[left] as number) * width;
      while (right < n && (gaps[right] as number) <= limit) right++;
      if (right - left > most) {
        most = right - left;
        from = left;
      }
    }
    const share = most / n;
    const chance = chanceShare(width, floor, mean, 1 - 1 / Math.sqrt(n));
    const few = most < LEAST_IN_WINDOW || share < LEAST_SHARE || share <= chance;
    const evidence = few ? 0 : n * divergence(share, chance) - Math.log(n * WIDTHS.length * tried);
    if (best === undefined || evidence > best.evidence) {
      const periodMs = gaps[from + (most >> 1)] as number;
      const [low, high] = [gaps[from] as number, gaps[from + most - 1] as number];
      const tolerance = high > 0 ? (high - low) / (high + low) : 0;
      best = { evidence, gaps: n, periodMs, share, tolerance, burst: flows / (n + 1) };
    }
  }
  return best as Beacon;
}

/**
 * The largest share of gaps that a window [x, x·w] can have, in the mean, where gaps are `floor` plus an exponential
 * time: 1-exp(-t) is the share up to t, and x = m ln w / (w - 1) is where the window holds most. The mean is that of a
 * sample: it is taken for as much smaller as chance may have made it larger (`certain`).
 */
function chanceShare(width: number, floor: number, mean: number, certain: number): number {
  const scale = Math.max((mean - floor) * certain, 1e-9);
  const best = Math.max(floor, (scale * Math.log(width)) / (width - 1));
  return Math.exp((floor - best) / scale) - Math.exp((floor - best * width) / scale);
}

/** Kullback-Leibler divergence of two coins, in nats. */
function divergence(p: number, q: number): number {
  const part = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / Math.max(b, 1e-12)));
  return part(p, q) + part(1 - p, 1 - q);
}
